"""Advice of the functions of Python, followed: the argument that an error spells works in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate import tune
from hypertemplate.errors import HypertemplateError
from tests.api.support import Modules

FUNCTIONS = """
    from hyperopt import Trials, tpe

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
        pytest.param("tune(alone, {})", "max_evals=0", "max_evals=1", id="a number of trials"),
        pytest.param(
            "optim.minimize(model=alone, algo=tpe.suggest, max_evals=1, trials=Trials(){})",
            "",
            ", data=None",
            id="data of a model that takes nothing",
        ),
        pytest.param(
            "optim.minimize(model=alone, data=None, algo=tpe.suggest, max_evals=1, trials={})",
            "Trials",
            "Trials()",
            id="a class in place of its object",
        ),
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


@pytest.mark.parametrize(
    ("wrong", "right", "said", "objective"),
    [
        pytest.param("return rate, 3", "return {'loss': -rate}", "return {'loss': -accuracy}", None, id="a tuple"),
        pytest.param("print(rate)", "return {'loss': -rate}", "return {'loss': -accuracy}", None, id="nothing"),
        pytest.param("return f'{rate}'", "return rate", "return {'loss': -accuracy}", None, id="a text"),
        pytest.param("return {'rmse': rate}", "return {'rmse': rate}", "objective='rmse:max', or :min if lower is better", "rmse:min", id="a number of another name"),
        pytest.param("return {'kappa': rate}", "return {'kappa': rate}", "objective='kappa:max', or :min if lower is better", "kappa:min", id="one whose direction is not known"),
        pytest.param("report(step=2, loss=rate); report(step=1, loss=rate)", "report(loss=rate); report(loss=rate)", "leave step out", None, id="steps that decrease"),
        pytest.param("n = 0.5; return {{uniform(0, 1)[n:8]}}", "return sum({{uniform(0, 1)[i:8]}} for i, item in enumerate((0.5, 1.5)))", "write [i:8] under for i, item in enumerate(items)", None, id="an index that is no whole number"),
    ],
)  # fmt: skip
def test_what_a_failed_trial_spells_works(
    modules: Modules, wrong: str, right: str, said: str, objective: str | None
) -> None:
    text = "from hypertemplate import report\ndef model():\n    rate = {{{{uniform(0, 1)}}}}\n    {}\n"
    with pytest.raises(HypertemplateError) as caught:
        tune(modules(text.format(wrong)).model, max_evals=1)
    assert said in str(caught.value)
    assert tune(modules(text.format(right)).model, max_evals=1, objective=objective).best_loss is not None
