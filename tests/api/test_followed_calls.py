"""Advice of the functions of Python, followed: the argument that an error spells works in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.errors import HypertemplateError
from tests.api.support import Modules

FUNCTIONS = """
    from hypertemplate import check, optim, space, tune

    def load():
        return 3

    def load_of(n):
        return n

    def double(x):
        return 2 * x

    def net(x):
        return {'loss': x * {{uniform(0, 1)}}, 'kappa': x, 'accuracy': x / 10}

    def alone():
        return {'loss': {{uniform(0, 1)}}}

    def scored():
        return {'kappa': {{uniform(0, 1)}}}
"""


@pytest.mark.parametrize(
    ("call", "wrong", "advised"),
    [
        pytest.param("tune(net, {}, max_evals=1)", "load", "data=load", id="data by position"),
        pytest.param("space(net, {})", "load", "data=load", id="data of a space"),
        pytest.param("tune(alone, {}=1)", "max_eval", "max_evals", id="a misspelled argument"),
        pytest.param("tune(alone, max_evals=1, {}=7)", "rseed", "seed", id="an argument of another function"),
        pytest.param("tune(alone, max_evals=1, {}=1)", "n_jobs", "workers", id="an argument of scikit-learn"),
        pytest.param("tune({}, max_evals=1)", "'alone'", "alone", id="a function in quotes"),
        pytest.param("tune(net, data={}, max_evals=1)", "'load'", "load", id="data in quotes"),
        pytest.param(
            "tune(net, data=load_of, data_args={}, max_evals=1)", "3", "(3,)", id="an argument of data"
        ),
        pytest.param(
            "tune(net, data=load, functions={}, max_evals=1)", "double", "[double]", id="another function"
        ),
        pytest.param("tune('model.py', data={}, max_evals=1)", "load", "'load'", id="data of a file"),
        pytest.param("tune(net, data=load, max_evals=1, set={{'{}': 0.5}})", "los", "loss", id="a label"),
        pytest.param(
            "tune(net, data=load, objective={}, max_evals=1)", "'kapa:max'", "'kappa:max'", id="an objective"
        ),
        pytest.param("tune(scored, objective={}, max_evals=1)", "'kappa'", "'kappa:max'", id="a direction"),
        pytest.param("tune(alone, max_evals=1, {})", "algo='TPE'", "algo='tpe'", id="an algorithm"),
        pytest.param("tune(alone, max_evals=1, {})", "prune='asah'", "prune='asha'", id="a pruner"),
        pytest.param("tune(alone, max_evals=1, {})", "timeout='5y'", "timeout='10m'", id="a duration"),
    ],
)
def test_what_an_error_spells_works(
    modules: Modules,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    wrong: str,
    advised: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    own = vars(modules(FUNCTIONS))
    (tmp_path / "model.py").write_text(
        "def load():\n    return 1\n\n\ndef model(x):\n    return x * {{uniform(0, 1)}}\n", encoding="utf-8"
    )
    with pytest.raises((HypertemplateError, TypeError, ValueError)) as caught:
        eval(call.format(wrong), own)
    assert advised.rpartition("=")[2].strip("'") in str(caught.value)
    eval(call.format(advised), own)
