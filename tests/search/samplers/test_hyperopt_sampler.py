"""hyperopt's algorithms, one point at a time: the points of its own ``fmin``, as plain numbers."""

from __future__ import annotations

import math
import random
from functools import partial
from typing import Any

import numpy
import pytest
from hyperopt import Trials, anneal, fmin, rand, space_eval, tpe
from hyperopt.base import JOB_STATE_DONE, JOB_STATE_ERROR, JOB_STATE_NEW, JOB_STATE_RUNNING

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.errors import UsageError
from hypertemplate.search.samplers.base import reached
from hypertemplate.search.samplers.hyperopt.global_generators import seeded
from hypertemplate.search.samplers.hyperopt.remote import point_params
from hypertemplate.search.samplers.hyperopt.sampler import (
    HyperoptSampler,
    algorithm_name,
    run_elsewhere,
    suggestion,
)
from hypertemplate.search.samplers.hyperopt.spaces import evaluable_space, evaluate
from hypertemplate.search.study import Algorithm
from tests.search.spaces import EVERY_DISTRIBUTION, LABELS, as_hyperopt, chosen, numeric

SUGGEST: dict[Algorithm, Any] = {"tpe": tpe.suggest, "random": rand.suggest, "anneal": anneal.suggest}


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


@pytest.mark.long
@pytest.mark.parametrize("algorithm", SUGGEST)
@pytest.mark.parametrize("seed", [0, 1337])
def test_the_points_are_those_of_fmin(algorithm: Algorithm, seed: int) -> None:
    expected = fmin_points(algorithm, 30, seed)
    points = asked_points(HyperoptSampler(EVERY_DISTRIBUTION, algorithm, seed), 30)
    assert points == expected
    assert {loss_of(point) is None for point in points} == {True, False}
    assert {len(point) for point in points} >= {15, 16}, "some points reach inner labels and some do not"


@pytest.mark.parametrize("algorithm", SUGGEST)
def test_points_hold_plain_numbers_and_only_the_labels_that_they_reach(algorithm: Algorithm) -> None:
    for point in asked_points(HyperoptSampler(EVERY_DISTRIBUTION, algorithm, 3), 25):
        for dimension in EVERY_DISTRIBUTION:
            if dimension.label in point:
                assert type(point[dimension.label]) is (int if dimension.integral else float)
        assert list(point) == list(reached(EVERY_DISTRIBUTION, {**dict.fromkeys(LABELS, -1.0), **point}))


def test_multiples_of_a_step_are_as_people_write_them_also_in_the_documents() -> None:
    trials = Trials()
    sampler = HyperoptSampler((numeric("x", "quniform", low=0, high=1, q=0.1),), "random", 0, trials)
    points = [sampler.ask(number)["x"] for number in range(60)]
    assert {*points} >= {number / 10 for number in range(1, 10)}
    assert all(x == round(x, 1) for x in points)
    assert [document["misc"]["vals"]["x"] for document in trials.trials] == [[x] for x in points]


def test_every_option_and_every_inner_label_is_drawn() -> None:
    points = asked_points(HyperoptSampler(EVERY_DISTRIBUTION, "random", 5), 60)
    assert {point["block"] for point in points} == {0, 1, 2}
    assert {label for point in points for label in point} == set(LABELS)


def test_the_same_seed_gives_the_same_points_and_another_seed_others() -> None:
    points = [asked_points(HyperoptSampler(EVERY_DISTRIBUTION, "tpe", seed), 25) for seed in (7, 7, 8)]
    assert points[0] == points[1]
    assert points[0] != points[2]


def test_an_algorithm_of_global_generators_draws_by_its_seed_and_leaves_them_alone() -> None:
    def global_draws(new_ids: Any, domain: Any, trials: Any, seed: int) -> list[float]:
        return [random.random(), float(numpy.random.random())]

    random.seed(1)
    numpy.random.seed(1)
    expected = random.random(), numpy.random.random()
    random.seed(1)
    numpy.random.seed(1)
    first, again, other = (seeded(global_draws)([0], None, None, seed) for seed in (5, 5, 6))
    assert first == again != other
    assert (random.random(), numpy.random.random()) == expected


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


@pytest.mark.parametrize("algorithm", SUGGEST)
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


def suggest_nothing(ids: Any, domain: Any, trials: Any, seed: Any) -> list[Any]:
    return []


@pytest.mark.parametrize(
    ("algorithm", "name"),
    [
        pytest.param("anneal", "anneal", id="a name"),
        pytest.param(tpe.suggest, "tpe", id="a function"),
        pytest.param(rand.suggest, "random", id="rand is random"),
        pytest.param(partial(partial(tpe.suggest, gamma=0.1), n_startup_jobs=5), "tpe", id="a partial"),
        pytest.param(suggest_nothing, "suggest_nothing", id="a function of the user's"),
        pytest.param(partial(partial, suggest_nothing), "partial", id="something that can be called"),
    ],
)
def test_an_algorithm_has_a_name(algorithm: Any, name: str) -> None:
    assert algorithm_name(algorithm) == name
    assert callable(suggestion(algorithm))


@pytest.mark.parametrize(
    ("algorithm", "message"),
    [
        pytest.param(tpe, "algo is the module tpe: write algo=tpe.suggest", id="the module"),
        pytest.param(
            "best",
            "algo must be a suggest function of hyperopt, such as tpe.suggest, or one of tpe, bayes, random, anneal, atpe, grid; "
            "got 'best'",
            id="a name that is none",
        ),
        pytest.param(
            None,
            "algo must be a suggest function of hyperopt, such as tpe.suggest, or one of tpe, bayes, random, anneal, atpe, grid; "
            "got None",
            id="nothing",
        ),
    ],
)
def test_what_is_no_algorithm(algorithm: Any, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        HyperoptSampler(EVERY_DISTRIBUTION, algorithm, 0)
    assert str(raised.value) == message


NESTED = (
    numeric("units", "quniform", integral=True, low=32, high=256, q=32),
    numeric("n", "uniformint", integral=True, low=1, high=9),
    numeric("i", "randint", integral=True, low=9),
    chosen("kernel", "(3, 3)", "[5, 5]", "None  # no convolution", "{'a': {1, 2}}"),
    chosen("layer", "Dense(8)", "os.environ", literal=False),
    chosen("weighted", "1", "normal(0, 1)", probabilities=(0.5, 0.5), inner={1: "weighted.1"}),
    Dimension("weighted.1", "normal", {"mu": 0, "sigma": 1}, parent=("weighted", 1)),
    chosen(
        "block", "Dropout(uniform(0, 0.5))", "choice([3, randint(4)])", literal=False, inner={1: "block.1"}
    ),
    Dimension("block.0", "uniform", {"low": 0, "high": 0.5}, parent=("block", 0)),
    chosen("block.1", "3", "randint(4)", parent=("block", 1), inner={1: "block.1.1"}),
    Dimension("block.1.1", "randint", {"low": 4}, integral=True, parent=("block.1", 1)),
)
FLAT = {"units": 64.0, "n": 3.0, "i": 2, "kernel": 0, "layer": 0, "weighted": 0, "block": 0, "block.0": 0.25}
SEEN = {
    "units": 64,
    "n": 3,
    "i": 2,
    "kernel": (3, 3),
    "layer": "Dense(8)",
    "weighted": 1,
    "block": {"option": "Dropout(uniform(0, 0.5))", "block.0": 0.25},
}


@pytest.mark.parametrize(
    ("drawn", "seen"),
    [
        pytest.param({}, {}, id="the first options"),
        pytest.param({"kernel": 1}, {"kernel": [5, 5]}, id="a list stays a list"),
        pytest.param({"kernel": 2}, {"kernel": None}, id="None, on a line with a comment"),
        pytest.param({"kernel": 3}, {"kernel": {"a": {1, 2}}}, id="containers in each other"),
        pytest.param({"layer": 1}, {"layer": "os.environ"}, id="source text of what is no literal"),
        pytest.param({"weighted": 1, "weighted.1": -0.5}, {"weighted": -0.5}, id="an inner value"),
        pytest.param({"block": 1, "block.1": 0}, {"block": 3}, id="an inner choice"),
        pytest.param({"block": 1, "block.1": 1, "block.1.1": 2}, {"block": 2}, id="two levels down"),
    ],
)
def test_people_see_the_values_of_options(drawn: dict[str, Any], seen: dict[str, Any]) -> None:
    for evaluated in (
        space_eval(evaluable_space(NESTED), {**FLAT, **drawn}),
        evaluate(evaluable_space(NESTED), {**FLAT, **drawn}),
    ):
        assert evaluated == {**SEEN, **seen}
        assert [type(evaluated[label]) for label in ("units", "n", "i")] == [int, int, int]


@pytest.mark.parametrize("algorithm", SUGGEST)
def test_fmin_samples_the_same_points_from_what_people_see(algorithm: Algorithm) -> None:
    kept = Trials()
    values = []

    def objective(point: dict[str, Any]) -> float:
        values.append(point)
        return float(point["units"])

    fmin(
        objective,
        evaluable_space(NESTED),
        algo=SUGGEST[algorithm],
        max_evals=25,
        trials=kept,
        rstate=numpy.random.default_rng(3),
        show_progressbar=False,
        verbose=False,
    )
    sampler = HyperoptSampler(NESTED, algorithm, 3)
    for number, document in enumerate(kept.trials):
        drawn = document["misc"]["vals"]
        point = sampler.ask(number)
        assert point == {label: value[0] for label, value in drawn.items() if value}
        assert evaluate(evaluable_space(NESTED), point) == values[number]
        sampler.tell(number, point, point["units"])


def elsewhere(trials: Any, evals: int, *, fail: bool = False) -> list[Params]:
    points: list[Params] = []

    def objective(point: Any) -> dict[str, Any]:
        points.append(point_params(point, EVERY_DISTRIBUTION))
        loss = None if fail else loss_of(points[-1])
        return {"status": "fail"} if loss is None else {"status": "ok", "loss": loss}

    run_elsewhere(objective, EVERY_DISTRIBUTION, "tpe", evals, trials, 5)
    return points


def test_hyperopt_runs_the_same_points_by_itself() -> None:
    trials = Trials()
    points = elsewhere(trials, 15) + elsewhere(trials, 10)
    assert points == asked_points(HyperoptSampler(EVERY_DISTRIBUTION, "tpe", 5), 25)
    assert [type(value) for value in points[0].values()] == [
        int if dimension.integral else float
        for dimension in EVERY_DISTRIBUTION
        if dimension.label in points[0]
    ]


def test_hyperopt_ends_quietly_where_all_its_trials_fail() -> None:
    trials = Trials()
    elsewhere(trials, 3, fail=True)
    assert trials.statuses() == ["fail", "fail", "fail"]


def test_hyperopt_has_nothing_to_run_without_parameters() -> None:
    with pytest.raises(UsageError) as raised:
        run_elsewhere(dict, (), "tpe", 3, Trials(), 5)
    assert str(raised.value) == "there is nothing to search: the template has no markers"


def test_hyperopt_runs_as_many_as_are_left_whatever_the_documents_are() -> None:
    trials = Trials()
    elsewhere(trials, 4)
    trials.trials[0]["state"] = JOB_STATE_RUNNING
    trials.trials[1]["state"] = JOB_STATE_ERROR
    trials.trials[2].update(state=JOB_STATE_NEW, result={"status": "new"})
    assert len(elsewhere(trials, 3)) == 3
    states = [document["state"] for document in trials.trials]
    assert states == [JOB_STATE_RUNNING, *[JOB_STATE_DONE] * 4]
