"""How long a search will yet take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.search.study import Study, Trial, TrialRun, TrialState
from hypertemplate.views.eta import Pace
from tests.search.fakes import curve

STUDY = Study("model", "d", 1337, (), max_evals=100)


def done(number: int, seconds: float | None = 12.0) -> Trial:
    return Trial(number, TrialState.COMPLETE, {}, 0.5, duration_s=seconds)


class Run:
    """A pace with a clock."""

    def __init__(self, workers: int = 1, earlier: int = 0, trials: int = 100) -> None:
        self.now_s = 1000.0
        self.workers = workers
        self.pace = Pace(lambda: self.workers, lambda: self.now_s)
        self.now_s += 60  # the template loads
        self.pace.ready(replace(STUDY, trials=tuple(map(done, range(earlier)))), trials)

    def trial(self, trial: Trial) -> str | None:
        """A trial from beginning to end."""
        self.pace.started(trial)
        self.now_s += trial.duration_s or 0
        return self.pace.finished(trial)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        pytest.param(Run(), "trial 0 took 12s; about 20m for all 100 trials", id="a new study"),
        pytest.param(Run(workers=2), "trial 0 took 12s; about 10m for all 100 trials", id="two workers"),
        pytest.param(
            Run(earlier=40), "trial 40 took 12s; about 12m for the remaining 60 trials", id="a study that goes on"
        ),
        pytest.param(Run(trials=5), None, id="it is over in a minute"),
        pytest.param(Run(trials=1), None, id="there was one trial"),
    ],
)  # fmt: skip
def test_an_estimate_after_the_first_trial(run: Run, said: str | None) -> None:
    number = 40 if said and "40" in said else 0
    assert run.trial(done(number)) == said
    assert run.trial(done(number + 1)) is None, "it is said once"


def test_a_trial_that_failed_tells_little() -> None:
    run = Run()
    assert run.trial(Trial(0, TrialState.FAILED, {}, error="no", duration_s=0.0)) is None
    assert run.trial(done(1)) == "trial 1 took 12s; about 10m for all 100 trials"


def test_trials_that_ran_elsewhere_are_heard_of_too_late() -> None:
    assert Run().pace.finished(done(0)) is None


def test_nothing_is_known_before_a_trial_has_ended() -> None:
    run = Run()
    assert run.pace.left_s() is None
    run.pace.finished(done(0, None))  # one that was given up
    assert run.pace.left_s() is None


def test_workers_run_trials_beside_each_other() -> None:
    run = Run(workers=2, trials=6)
    run.pace.started(done(0))
    run.pace.started(done(1))
    run.now_s += 10
    run.pace.finished(done(0, 10.0))
    run.pace.started(done(2))
    assert run.pace.left_s() == (3 * 10 + 0 + 10) / 2
    run.now_s += 4
    assert run.pace.left_s() == (3 * 10 + 0 + 6) / 2
    run.workers = 4
    assert run.pace.left_s() == (3 * 10 + 0 + 6) / 4


def test_the_epochs_of_the_first_trial_tell_less_the_first_one_which_compiles() -> None:
    run = Run(trials=1)
    run.pace.started(done(0))
    run.now_s += 30
    run.pace.epoch_ended(0, curve(0.5, epochs=9))
    assert run.pace.left_s() is None
    run.pace.epoch_ended(0, curve(0.5, 0.5, 0.5, epochs=9))
    assert run.pace.left_s() == 6
    run.pace.epoch_ended(0, curve(0.5, 0.5, 0.5))
    assert run.pace.left_s() is None, "the number of epochs is unknown"


def test_the_runs_that_a_trial_has_yet_to_do_take_as_long_as_this_one() -> None:
    run = Run(trials=1)
    run.pace.started(replace(done(0), repeats=3))
    run.pace.epoch_ended(0, curve(0.5, 0.5, 0.5, epochs=9))
    assert run.pace.left_s() == 6 + 2 * 9
    run.now_s += 100
    run.pace.started(replace(done(0), repeats=3, runs=(TrialRun(0, 0.5),)))
    ((running, elapsed_s),) = run.pace.running()
    assert (running.run_text, elapsed_s) == ("run 2 of 3", 100.0)
    run.pace.epoch_ended(0, curve(0.5, 0.5, 0.5, epochs=9))
    assert run.pace.left_s() == 6 + 9


def test_the_last_trial_is_not_divided_among_the_workers() -> None:
    run = Run(workers=4, earlier=5, trials=6)
    run.pace.started(done(5))
    assert run.pace.left_s() == 12
    run.now_s += 20
    assert run.pace.left_s() == 0, "it takes longer than the others"
