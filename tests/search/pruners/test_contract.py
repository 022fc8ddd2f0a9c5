"""What every pruner keeps to; a new one joins by a subclass at the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

import pytest

from hypertemplate.runtime.protocol import Go, Stop
from hypertemplate.search.pruners.base import METHODS, Method, NoPruner, Pruner
from hypertemplate.search.pruners.factory import pruner
from hypertemplate.search.pruners.watched_metric import Wish
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState

STUDY = Study(
    name="model",
    digest="",
    seed=1,
    space=(),
    maximize=False,
    objective=None,
    template="model.py",
    algorithm="tpe",
    max_evals=10,
)


def curve(*losses: float, epochs: int | None = 10) -> Curve:
    """The curve of a trial's first fit, so far."""
    reports = (Report(step, step, {"loss": loss, "val_loss": loss}) for step, loss in enumerate(losses))
    return Curve(0, epochs, tuple(reports))


def running(number: int) -> Trial:
    return Trial(number, TrialState.RUNNING, {})


def ended(number: int, state: TrialState, loss: float | None) -> Trial:
    return Trial(number, state, {}, loss)


class PrunerContract(ABC):
    """The contract of `Pruner`."""

    @abstractmethod
    def pruner(self) -> Pruner:
        """A pruner of a new search."""

    def begun(self) -> Pruner:
        pruner = self.pruner()
        pruner.begin(STUDY, ())
        return pruner

    def test_the_first_trial_runs_to_its_end(self) -> None:
        """There is nothing to compare it with."""
        pruner = self.begun()
        pruner.trial_started(running(0))
        assert [pruner.epoch_ended(0, curve(*[1.0] * steps)) for steps in range(1, 11)] == [Go()] * 10

    def test_whoever_stops_a_trial_says_why(self) -> None:
        pruner = self.begun()
        for number in range(20):
            pruner.trial_started(running(number))
            for steps in range(1, 11):
                answer = pruner.epoch_ended(number, curve(*[1.0 + number] * steps))
                assert not isinstance(answer, Stop) or answer.reason
            pruner.trial_ended(ended(number, TrialState.COMPLETE, 1.0 + number), STUDY)

    def test_a_trial_that_restarts_begins_anew(self) -> None:
        pruner = self.begun()
        pruner.trial_started(running(0))
        pruner.epoch_ended(0, curve(1.0))
        pruner.trial_started(running(0))
        assert pruner.epoch_ended(0, curve(2.0)) == Go()

    def test_trials_that_fail_or_die_are_heard_of(self) -> None:
        pruner = self.begun()
        pruner.trial_started(running(0))
        pruner.trial_ended(ended(0, TrialState.FAILED, None), STUDY)
        pruner.trial_started(running(1))
        assert pruner.epoch_ended(1, curve(1.0)) == Go()

    def test_a_study_that_is_resumed_brings_its_trials(self) -> None:
        pruner = self.pruner()
        pruner.begin(replace(STUDY, trials=(ended(0, TrialState.COMPLETE, 0.5),)), ())
        pruner.trial_started(running(1))
        assert pruner.epoch_ended(1, curve(0.4, epochs=None)) == Go()


class TestNoPruner(PrunerContract):
    def pruner(self) -> Pruner:
        return NoPruner()


@pytest.mark.parametrize("method", METHODS)
class TestPruners(PrunerContract):
    @pytest.fixture(autouse=True)
    def of(self, method: Method) -> None:
        self.method = method

    def pruner(self) -> Pruner:
        return pruner(self.method, Wish(), (), lambda note: None)
