"""hyperopt's algorithms, one point at a time: the points of its own ``fmin``, as plain numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy
import pytest
from hyperopt import Trials, anneal, fmin, rand, tpe

from hypertemplate.compiler.space import Dimension, Params
from hypertemplate.search.hyperopt_sampler import HyperoptSampler
from hypertemplate.search.sampler import reached
from hypertemplate.search.study import ALGORITHMS, Algorithm
from tests.search.spaces import EVERY_DISTRIBUTION, LABELS, as_hyperopt, chosen, numeric

SUGGEST = {"tpe": tpe.suggest, "random": rand.suggest, "anneal": anneal.suggest}


def loss_of(point: Params) -> float | None:
    """A smooth objective that fails for about a quarter of the points."""
    if point["activation"] == 1 and point["uniform"] > 0:
        return None
    return sum(math.tanh(value / (1 + i)) for i, value in enumerate(point.values())) + point["uniform"] ** 2


def fmin_points(algorithm: Algorithm, trials: int, seed: int) -> list[dict[str, float]]:
    """What hyperopt itself evaluates, label to value, without the labels that a point does not reach."""
    space = as_hyperopt()
    points: list[dict[str, float]] = []

    def objective(point: dict[str, Any]) -> dict[str, Any]:
        drawn = {k: v[0] for k, v in kept.trials[-1]["misc"]["vals"].items() if v}
        points.append({label: drawn[label] for label in LABELS if label in drawn})
        loss = loss_of(points[-1])
        return {"status": "fail"} if loss is None else {"status": "ok", "loss": loss}

    kept = Trials()
    fmin(
        objective,
        space,
        algo=SUGGEST[algorithm],
        max_evals=trials,
        trials=kept,
        rstate=numpy.random.default_rng(seed),
        show_progressbar=False,
        verbose=False,
    )
    return points


def asked_points(sampler: HyperoptSampler, trials: int) -> list[Params]:
    points = []
    for number in range(trials):
        points.append(sampler.ask(number))
        sampler.tell(number, points[-1], loss_of(points[-1]))
    return points


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("seed", [0, 1337])
def test_the_points_are_those_of_fmin(algorithm: Algorithm, seed: int) -> None:
    expected = fmin_points(algorithm, 30, seed)
    points = asked_points(HyperoptSampler(EVERY_DISTRIBUTION, algorithm, seed), 30)
    assert points == expected
    assert {loss_of(point) is None for point in points} == {True, False}
    assert {len(point) for point in points} >= {15, 16}, "some points reach inner labels and some do not"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_points_hold_plain_numbers_and_only_the_labels_that_they_reach(algorithm: Algorithm) -> None:
    for point in asked_points(HyperoptSampler(EVERY_DISTRIBUTION, algorithm, 3), 25):
        for dimension in EVERY_DISTRIBUTION:
            if dimension.label in point:
                assert type(point[dimension.label]) is (int if dimension.integral else float)
        assert list(point) == list(reached(EVERY_DISTRIBUTION, {**dict.fromkeys(LABELS, -1.0), **point}))


def test_every_option_and_every_inner_label_is_drawn() -> None:
    points = asked_points(HyperoptSampler(EVERY_DISTRIBUTION, "random", 5), 60)
    assert {point["block"] for point in points} == {0, 1, 2}
    assert {label for point in points for label in point} == set(LABELS)


def test_the_same_seed_gives_the_same_points_and_another_seed_others() -> None:
    points = [asked_points(HyperoptSampler(EVERY_DISTRIBUTION, "tpe", seed), 25) for seed in (7, 7, 8)]
    assert points[0] == points[1]
    assert points[0] != points[2]


def test_an_empty_space_never_reaches_hyperopt() -> None:
    sampler = HyperoptSampler((), "tpe", 0)
    assert sampler.ask(0) == {}
    sampler.tell(0, {}, 1.0)
    assert sampler.ask(1) == {}


def test_a_running_trial_is_known_to_tpe() -> None:
    space = (numeric("x", "uniform", low=0, high=1),)

    def next_point(asked_before: int) -> Params:
        sampler = HyperoptSampler(space, "tpe", 0)
        for number in range(25):
            sampler.tell(number, {}, sampler.ask(number)["x"])
        for number in range(25, 25 + asked_before):
            sampler.ask(number)
        # The same seed for the last proposal, whatever came before.
        sampler._random = numpy.random.default_rng(99)
        return sampler.ask(90)

    assert next_point(3) != next_point(0)


def test_trials_may_be_told_in_any_order() -> None:
    sampler = HyperoptSampler(EVERY_DISTRIBUTION, "tpe", 0)
    points = [sampler.ask(number) for number in range(30)]
    for number in reversed(range(30)):
        sampler.tell(number, points[number], float(number))
    assert set(sampler.ask(30)) <= set(LABELS)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_choice_of_one_option_is_no_trouble(algorithm: Algorithm) -> None:
    sampler = HyperoptSampler((chosen("only", "'relu'"),), algorithm, 0)
    for number in range(25):
        assert sampler.ask(number) == {"only": 0}
        sampler.tell(number, {"only": 0}, 1.0)


def test_annealing_around_a_quantised_zero_warns_of_nothing() -> None:
    sampler = HyperoptSampler((numeric("q", "qloguniform", low=-2, high=2, q=3),), "anneal", 0)
    drawn = []
    for number in range(20):
        drawn.append(sampler.ask(number)["q"])
        sampler.tell(number, {"q": drawn[-1]}, drawn[-1])
    assert 0.0 in drawn[:-1], "a later proposal was made around it"


def test_all_trials_may_fail() -> None:
    sampler = HyperoptSampler((Dimension("x", "uniform", {"low": 0, "high": 1}),), "tpe", 0)
    for number in range(25):
        assert 0 <= sampler.ask(number)["x"] <= 1
        sampler.tell(number, {}, None)
