"""Searches whose trials hyperopt runs where a trials object has them run, as with ``SparkTrials``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hyperopt import Trials

import hypertemplate
from hypertemplate import optim
from hypertemplate.errors import UsageError
from hypertemplate.search.samplers.hyperopt import remote
from tests.api.support import Modules, modules

__all__ = ["modules"]

TEXT = """
    scale = 2.0

    def model():
        x = {{quniform(0, 1, 0.25)}}
        if {{choice([False, True], name='fails')}}:
            raise ValueError('no')
        return {'loss': scale * (x - 0.25) ** 2, 'twice': 2 * x}
"""


class Elsewhere(Trials):  # type: ignore[misc]
    """Has its trials run by its own ``fmin``, as ``SparkTrials`` does; here in this very process."""

    asynchronous = True

    def fmin(self, *arguments: Any, **more: Any) -> Any:
        self.asynchronous = False
        try:
            return super().fmin(*arguments, **more)
        finally:
            self.asynchronous = True


@pytest.fixture(autouse=True)
def _process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the process back after it was where trials ran."""
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("MPLBACKEND", "Agg")
    yield
    if remote._Loaded.current is not None:
        remote._Loaded.current.worker.close()
        remote._Loaded.current = None


@pytest.mark.parametrize("interface", ["minimize", "tune"])
def test_hyperopt_runs_the_trials(
    modules: Modules, capfd: pytest.CaptureFixture[str], interface: str
) -> None:
    trials = Elsewhere()
    model = modules(TEXT).model
    if interface == "tune":
        study = hypertemplate.tune(model, algo="random", max_evals=8, trials=trials)
        assert study.best_loss == min(loss for loss in trials.losses() if loss is not None)
        errors = {str(trial.error).partition(" (")[0] for trial in study.trials if trial.loss is None}
        assert errors == {"ValueError: no"}
        with_loss = [trial for trial in study.trials if trial.loss is not None]
        assert with_loss[0].metrics == {"twice": 2 * with_loss[0].params["x"]}
        study = study.resume(10)
        assert len(study.trials) == 10
    else:
        best_run, best_model = optim.minimize(model, None, "random", 8, trials)
        assert (best_run["fails"], best_model) == (False, None)
        assert 2 * (best_run["x"] - 0.25) ** 2 == min(loss for loss in trials.losses() if loss is not None)
    assert "8 trials run where Elsewhere runs them" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"workers": 2}, "Elsewhere has workers of its own: leave workers out", id="workers"),
        pytest.param({"repeats": 2}, "Elsewhere runs each trial once: leave repeats out", id="several runs"),
        pytest.param({"algo": "grid"}, "Elsewhere does not support a grid: use another algo", id="a grid"),
    ],
)
def test_what_cannot_be_done_there(modules: Modules, given: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        hypertemplate.tune(modules(TEXT).model, trials=Elsewhere(), verbose=False, **given)
    assert str(caught.value) == message


def test_our_own_limits_are_refused(modules: Modules) -> None:
    from hypertemplate.api.options import as_argument
    from hypertemplate.api.prepared import from_functions
    from hypertemplate.api.python_interface import PreparedSource, PythonInterface
    from hypertemplate.search.request import SearchRequest
    from hypertemplate.search.service.session import Session

    source = PreparedSource(from_functions(modules(TEXT).model))
    session = Session(SearchRequest(in_process=True, timeout_s=1.0), source, Elsewhere())
    with pytest.raises(UsageError) as caught:
        session.run(PythonInterface(as_argument, "again", verbose=False, in_process=True))
    assert caught.value.parameter == "timeout"
    assert str(caught.value) == "Elsewhere has hyperopt run the trials: leave --timeout out"


def test_what_cannot_be_sent_is_named(modules: Modules) -> None:
    text = TEXT.replace(
        "scale = 2.0",
        "import threading\n    class Lock:\n        def __reduce__(self): raise TypeError('no copies')\n    scale = Lock()",
    )
    with pytest.raises(UsageError, match=r"^'scale' cannot be sent to where trials run"):
        hypertemplate.tune(modules(text).model, trials=Elsewhere(), verbose=False)
