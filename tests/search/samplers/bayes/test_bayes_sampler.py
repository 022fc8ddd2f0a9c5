"""The sampler of bayes: it learns, repeats nothing, resumes exactly, and never gets in the way."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.search.samplers.base import heard
from hypertemplate.search.samplers.bayes import gaussian_process as gp
from hypertemplate.search.samplers.bayes import surrogate
from hypertemplate.search.samplers.bayes.bayes_sampler import BayesSampler
from hypertemplate.search.samplers.bayes.expectation import Expectation
from hypertemplate.search.study import Trial, TrialState
from tests.search.spaces import EVERY_DISTRIBUTION, chosen, numeric

PLANE = (numeric("x", "uniform", low=0, high=1), numeric("y", "uniform", low=0, high=1))

FINITE = (
    chosen("kind", "a", "uniformint(1, 2)", inner={1: "kind.1"}),
    replace(numeric("kind.1", "uniformint", integral=True, low=1, high=2), parent=("kind", 1)),
    chosen("units", "32", "64"),
)
"""A space of six points."""


def bowl(params: Params) -> float:
    return (params["x"] - 0.3) ** 2 + (params["y"] - 0.7) ** 2


def searched(
    sampler: BayesSampler, loss: Callable[[Params], float | None], count: int, first: int = 0
) -> list[Params]:
    """The points of a search."""
    points = []
    for number in range(first, first + count):
        params = sampler.ask(number)
        found = loss(params)
        sampler.tell(number, params, found, None if found is not None else "raised")
        points.append(params)
    return points


def test_it_learns() -> None:
    points = searched(BayesSampler(PLANE, 1), bowl, 25)
    assert min(map(bowl, points)) < 1e-4


@pytest.mark.parametrize("seed", [0, 1])
def test_a_loss_that_some_points_lack_is_searched_where_it_is(seed: int) -> None:
    points = searched(BayesSampler(PLANE, seed), lambda p: bowl(p) if p["x"] < 0.5 else None, 30)
    assert sum(point["x"] >= 0.5 for point in points[8:]) < 6
    assert min(map(bowl, points)) < 1e-3


def test_no_point_of_a_finite_space_comes_twice_until_all_have() -> None:
    notes: list[str] = []
    sampler = BayesSampler(FINITE, 3, note=notes.append)
    points = searched(sampler, lambda p: float(p["units"]), 6)
    assert len({frozenset(point.items()) for point in points}) == 6
    assert notes == []
    assert len(searched(sampler, lambda p: 0.0, 3, first=6)) == 3
    assert notes == ["every point of the search space has been proposed: points repeat from now on"]


def test_points_of_the_user_and_of_running_trials_are_not_repeated() -> None:
    sampler = BayesSampler(FINITE, 3)
    given: list[Params] = [{"kind": 0, "units": 0}, {"kind": 1, "kind.1": 2, "units": 1}]
    for number, params in enumerate(given):
        sampler.give(number, params)
    points = [*given, *(sampler.ask(number) for number in range(2, 6))]
    assert len({frozenset(point.items()) for point in points}) == 6


@pytest.mark.parametrize(
    "losses",
    [
        pytest.param((0.5,), id="all equal"),
        pytest.param((None,), id="all failed"),
        pytest.param((1e300, 0.5, 0.25, -1e300), id="beyond what can be squared"),
        pytest.param((math.nan, 1.0, math.inf, 2.0), id="not a number"),
        pytest.param((1e-300, 2e-300, 3e-300), id="tiny"),
        pytest.param((1.0, 1.0 + 1e-15), id="a difference in the last digit"),
        pytest.param((None, None, None, None, None, 0.5), id="few succeed"),
        pytest.param((1.7e308, -1.7e308), id="a difference beyond a float"),
    ],
)
def test_no_losses_stop_a_search(losses: tuple[float | None, ...]) -> None:
    turns = itertools.cycle(losses)
    points = searched(BayesSampler(EVERY_DISTRIBUTION, 5), lambda p: next(turns), 16)
    assert len({frozenset(point.items()) for point in points}) == 16


def test_a_model_that_cannot_be_fitted_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise gp.FactorisationError

    monkeypatch.setattr(surrogate, "Posterior", fail)
    notes: list[str] = []
    sampler = BayesSampler(PLANE, 1, note=notes.append)
    assert len(searched(sampler, bowl, 12)) == 12
    assert notes == ["bayes found no model of these losses, and draws points at random meanwhile"]
    assert sampler.expectation() is None


def test_thousands_of_trials_do_not_stop_it() -> None:
    sampler = BayesSampler(PLANE, 1)
    drawn = np.random.default_rng(0).random((3000, 2))
    for number, (x, y) in enumerate(drawn):
        sampler.tell(number, {"x": x, "y": y}, bowl({"x": x, "y": y}))
    assert bowl(sampler.ask(3000)) < 0.1


def test_a_point_outside_the_space_is_learnt_from_where_the_space_ends() -> None:
    sampler = BayesSampler(EVERY_DISTRIBUTION, 1)
    outside: Params = {
        d.label: 1e6 if "mu" not in d.numbers else -1e6 for d in EVERY_DISTRIBUTION if not d.options
    }
    for number in range(12):
        sampler.give(number, outside)
        sampler.tell(number, outside, float(number))
    assert sampler.ask(12)


def outcome(number: int, params: Params) -> Trial:
    """A trial with one of all the ends that there are."""
    match number % 7:
        case 3:
            return Trial(number, TrialState.FAILED, params, failure="raised")
        case 5:
            return Trial(number, TrialState.PRUNED, params, loss=0.9, estimate=0.5 + params["uniform"])
    missed = ("activation",) if params["randint"] > 3 else ()
    return Trial(number, TrialState.COMPLETE, params, loss=params["uniform"] ** 2, unused=missed)


def resumable(sampler: BayesSampler, numbers: range) -> list[Trial]:
    trials = []
    for number in numbers:
        trials.append(outcome(number, sampler.ask(number)))
        sampler.tell(number, trials[-1].params, *heard(trials[-1]))
    return trials


def test_an_interrupted_search_has_the_points_of_an_uninterrupted_one() -> None:
    whole = resumable(BayesSampler(EVERY_DISTRIBUTION, 9), range(26))
    for cut in (4, 12, 19, 25):
        resumed = BayesSampler(EVERY_DISTRIBUTION, 9, whole[:cut])
        assert (
            resumable(resumed, range(cut, 26 if cut == 25 else cut + 2))
            == whole[cut : 26 if cut == 25 else cut + 2]
        )


def test_losses_may_be_told_in_any_order() -> None:
    trials = resumable(BayesSampler(EVERY_DISTRIBUTION, 9), range(14))
    mixed = random.Random(0).sample(trials, len(trials))
    samplers = [BayesSampler(EVERY_DISTRIBUTION, 9, told) for told in (trials, mixed)]
    assert samplers[0].ask(14) == samplers[1].ask(14)


def test_running_trials_are_kept_away_from() -> None:
    trials = [
        Trial(n, TrialState.COMPLETE, p, loss=bowl(p))
        for n, p in enumerate(searched(BayesSampler(PLANE, 1), bowl, 12))
    ]
    sampler = BayesSampler(PLANE, 2, trials)
    at_once = [sampler.ask(number) for number in range(12, 32)]
    assert len({tuple(point.values()) for point in at_once}) == 20


def test_the_number_of_threads_changes_nothing_and_is_left_as_it_was() -> None:
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            before = threadpool_info()
            found.append(resumable(BayesSampler(EVERY_DISTRIBUTION, 9), range(14)))
            assert threadpool_info() == before
    assert found[0] == found[1]


@pytest.mark.parametrize("oom_loss", [None, -1.0, 5.0])
def test_what_a_trial_without_memory_counts_for_can_be_said(oom_loss: float | None) -> None:
    """The right half of the space lacks memory; where that counts as good, the search stays there."""
    sampler = BayesSampler(PLANE, 4, oom_loss=oom_loss)
    xs = []
    for number in range(24):
        params = sampler.ask(number)
        enough = params["x"] < 0.5
        sampler.tell(
            number, params, params["y"] if enough else None, None if enough else "out of accelerator memory"
        )
        xs.append(params["x"])
    beyond = sum(x >= 0.5 for x in xs[8:])
    assert beyond > 12 if oom_loss == -1.0 else beyond < 6


def test_what_failed_and_pruned_trials_did_not_read_teaches_nothing() -> None:
    for state, failure, estimate in ((TrialState.FAILED, "raised", None), (TrialState.PRUNED, None, 0.5)):
        one = Trial(0, state, {"x": 0.1, "y": 0.1}, unused=("y",), failure=failure, estimate=estimate)
        assert heard(one)[3] == ()


def test_a_label_that_no_trial_reads_is_not_searched() -> None:
    """Points that differ in it alone are the same, so no two of them come."""
    space = (chosen("kind", "'a'", "'b'", "'c'"), numeric("unread", "uniform", low=0, high=1))
    sampler = BayesSampler(space, 1)
    kinds = []
    for number in range(9):
        params = sampler.ask(number)
        sampler.tell(number, params, float(params["kind"]), unused=("unread",))
        kinds.append(params["kind"])
    assert {*kinds[:6]} == {0, 1, 2}


def test_a_space_without_labels_has_one_point() -> None:
    sampler = BayesSampler((), 1)
    assert searched(sampler, lambda p: 0.5, 3) == [{}, {}, {}]
    assert sampler.expectation() is None


def test_at_the_end_it_says_what_the_best_point_may_be_worth() -> None:
    noise = random.Random(1)
    sampler = BayesSampler(PLANE, 1)
    assert sampler.expectation() is None
    losses: list[float] = []

    def noisy(params: Params) -> float:
        losses.append(bowl(params) + noise.gauss(0, 0.05))
        return losses[-1]

    searched(sampler, noisy, 40)
    found = sampler.expectation()
    assert found is not None
    assert found.seen == min(losses)
    assert found.mean > found.seen
    assert abs(found.mean) < 0.06
    assert 0.001 < found.deviation < 0.05


@pytest.mark.parametrize(
    ("expectation", "seen", "mean"),
    [
        pytest.param(Expectation(-0.9789, -0.97412, 0.0031), "0.9789", "0.974 +- 0.003", id="a score"),
        pytest.param(Expectation(134.95, 140.2, 21.0), "134.95", "140.2 +- 20", id="a large one"),
        pytest.param(Expectation(2.0, 2.5, 0.96), "2", "2 +- 1", id="a rounded deviation"),
        pytest.param(Expectation(0.1, 0.1, 0.0), "0.1", "0.1 +- 0", id="no deviation"),
        pytest.param(Expectation(1e-9, 2e-9, 3e-10), "1e-09", "2e-09 +- 3e-10", id="a tiny one"),
    ],
)
def test_the_text_has_the_digits_that_are_known(expectation: Expectation, seen: str, mean: str) -> None:
    text = expectation.text(lambda loss: -loss if expectation.seen < 0 else loss, "score")
    assert text == (
        f"best score seen: {seen}; by the model of bayes, more runs with its values would average {mean}"
    )


def test_points_with_another_value_of_what_is_fixed_now_are_not_had_and_count_for_less() -> None:
    """Four of six points ran with it; all six come again, and none of the old losses is the best."""
    points: list[Params] = searched(BayesSampler(FINITE, 3), lambda p: float(p["units"]), 4)
    earlier = [Trial(n, TrialState.COMPLETE, p, loss=-1.0) for n, p in enumerate(points)]
    sampler = BayesSampler(FINITE, 3, earlier, elsewhere=range(4))
    again = searched(sampler, lambda p: float(p["units"]), 6, first=4)
    assert len({frozenset(point.items()) for point in again}) == 6
    found = sampler.expectation()
    assert found is None or found.seen >= 0


def test_points_that_repeat_are_those_of_an_uninterrupted_search_too() -> None:
    whole = searched(BayesSampler(FINITE, 3), lambda p: float(p["units"]), 10)
    earlier = [Trial(n, TrialState.COMPLETE, p, loss=float(p["units"])) for n, p in enumerate(whole)]
    for cut in (5, 6, 8):
        assert (
            searched(BayesSampler(FINITE, 3, earlier[:cut]), lambda p: float(p["units"]), 10 - cut, cut)
            == whole[cut:]
        )
