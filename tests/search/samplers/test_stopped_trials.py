"""What the algorithm is told of a trial that was stopped early: the loss that it would have come to."""

from __future__ import annotations

from typing import Any

import pytest
from hyperopt import Trials

from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.search.samplers.base import heard
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.samplers.hyperopt.trial_documents import read_trials
from hypertemplate.search.study import Trial, TrialState
from tests.search.spaces import numeric

SPACE = (numeric("units", "uniform", low=0, high=1000),)


def ran(sampler: Any, trials: int, estimate: float | None = None) -> list[Trial]:
    """Trials of which the larger ones are the better; those over 600 units are stopped, and are told as this."""
    done = []
    for number in range(trials):
        point = sampler.ask(number)
        trial = Trial(number, TrialState.COMPLETE, point, 1 - point["units"] / 1000)
        if point["units"] > 600:
            trial = Trial(number, TrialState.PRUNED, point, 7.0, error="worse", estimate=estimate)
        sampler.tell(number, point, *heard(trial))
        done.append(trial)
    return done


def points(trials: list[Trial]) -> list[Params]:
    return [trial.params for trial in trials]


def test_it_has_the_status_of_a_failure_and_is_marked_and_never_the_best() -> None:
    trials = Trials()
    sampler = HyperoptSampler(SPACE, "random", 7, trials)
    told = [Trial(0, TrialState.COMPLETE, {}, 0.5), Trial(1, TrialState.PRUNED, {}, 0.1, estimate=0.2)]
    for trial in told:
        sampler.tell(trial.number, sampler.ask(trial.number), *heard(trial))
    assert trials.results == [
        {"status": "ok", "loss": 0.5},
        {"status": "fail", "loss": 0.2, "pruned": True},
    ]
    assert trials.best_trial["tid"] == 0


def test_trials_that_are_given_again_have_it_as_a_stopped_one() -> None:
    trials = Trials()
    ran(HyperoptSampler(SPACE, "random", 7, trials), 12, 0.45)
    read = read_trials(trials, SPACE)
    stopped = [trial for trial in read if trial.params["units"] > 600]
    assert {(t.state, t.loss, t.estimate) for t in stopped} == {(TrialState.PRUNED, None, 0.45)}
    assert all(t.state is TrialState.COMPLETE for t in read if t not in stopped)


def test_tpe_ranks_it_by_the_estimate() -> None:
    worst = points(ran(HyperoptSampler(SPACE, "tpe", 7), 40, 9.0))
    best = points(ran(HyperoptSampler(SPACE, "tpe", 7), 40, 0.0))
    assert best[:20] == worst[:20]  # drawn at random
    assert sum(p["units"] > 600 for p in best[20:]) > sum(p["units"] > 600 for p in worst[20:])


@pytest.mark.parametrize("algorithm", ["tpe", "anneal"])
@pytest.mark.parametrize("estimate", [0.45, None], ids=["an estimate", "one that counts is told by its loss"])
def test_a_study_that_is_resumed_tells_the_same_again(algorithm: Any, estimate: float | None) -> None:
    whole = HyperoptSampler(SPACE, algorithm, 7)
    earlier, state = ran(whole, 30, estimate), whole.state()
    resumed = HyperoptSampler(SPACE, algorithm, 7, earlier=earlier, state=state)
    assert [resumed.ask(number) for number in range(30, 33)] == [
        whole.ask(number) for number in range(30, 33)
    ]
