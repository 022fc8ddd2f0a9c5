"""What the algorithm is told of a trial that ran out of accelerator memory."""

from __future__ import annotations

from typing import Any

import pytest
from hyperopt import Trials

from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.search.samplers.enqueued import PointsFirst
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.study import Trial, TrialState
from tests.search.spaces import numeric

SPACE = (numeric("units", "uniform", low=0, high=1000),)

OUT_OF_MEMORY = "out of accelerator memory"


def ran(sampler: Any, trials: int) -> list[Trial]:
    """Trials of which the larger ones are the better, and those over 600 units have no room."""
    done = []
    for number in range(trials):
        point = sampler.ask(number)
        trial = Trial(number, TrialState.COMPLETE, point, 1 - point["units"] / 1000)
        if point["units"] > 600:
            trial = Trial(number, TrialState.FAILED, point, error="no room", failure=OUT_OF_MEMORY)
        sampler.tell(number, point, trial.loss, trial.failure)
        done.append(trial)
    return done


def points(trials: list[Trial]) -> list[Params]:
    return [trial.params for trial in trials]


def test_such_a_trial_has_the_loss_and_stays_a_failed_one() -> None:
    trials = Trials()
    sampler = HyperoptSampler(SPACE, "random", 7, trials, oom_loss=-5.0)
    failures: list[tuple[float | None, str | None]] = [
        (0.5, None), (None, OUT_OF_MEMORY), (None, "raised"), (None, None),
    ]  # fmt: skip
    for number, (loss, failure) in enumerate(failures):
        sampler.tell(number, sampler.ask(number), loss, failure)
    assert trials.results == [
        {"status": "ok", "loss": 0.5},
        {"status": "fail", "loss": -5.0},
        {"status": "fail"},
        {"status": "fail"},
    ]
    assert trials.best_trial["tid"] == 0


def test_by_default_it_is_a_failure_like_others() -> None:
    trials = Trials()
    sampler = HyperoptSampler(SPACE, "random", 7, trials)
    sampler.tell(0, sampler.ask(0), None, OUT_OF_MEMORY)
    assert trials.results == [{"status": "fail"}]


def test_tpe_ranks_it_by_the_loss() -> None:
    default = points(ran(HyperoptSampler(SPACE, "tpe", 7), 40))
    # TPE knows an order, and no distances: what is worse than every other loss is what a failure is.
    assert points(ran(HyperoptSampler(SPACE, "tpe", 7, oom_loss=9.0), 40)) == default
    best = points(ran(HyperoptSampler(SPACE, "tpe", 7, oom_loss=0.0), 40))
    assert best[:20] == default[:20]  # drawn at random
    assert sum(p["units"] > 600 for p in best[20:]) > sum(p["units"] > 600 for p in default[20:])


@pytest.mark.parametrize("algorithm", ["tpe", "anneal"])
def test_a_study_that_goes_on_knows_it_of_earlier_trials(algorithm: Any) -> None:
    whole = HyperoptSampler(SPACE, algorithm, 7, oom_loss=0.45)
    earlier, state = ran(whole, 30), whole.state()
    resumed = HyperoptSampler(SPACE, algorithm, 7, earlier=earlier, state=state, oom_loss=0.45)
    assert [resumed.ask(number) for number in range(30, 33)] == [
        whole.ask(number) for number in range(30, 33)
    ]


def test_points_of_the_users_own_may_run_out_of_memory_too() -> None:
    trials = Trials()
    learner = HyperoptSampler(SPACE, "random", 7, trials, oom_loss=2.0)
    sampler = PointsFirst(learner, [{"units": 700.0}])
    ran(sampler, 1)
    assert trials.results == [{"status": "fail", "loss": 2.0}]
