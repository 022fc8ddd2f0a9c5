"""The points that are left: each that no trial has tried, in an order that depends on the trials alone."""

from __future__ import annotations

import itertools
import random

import pytest

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.search.equal_trials.tried_points import TriedPoints
from hypertemplate.search.equal_trials.untried_points import UntriedPoints, draw_at
from hypertemplate.search.fixed_params import FixedParam, fixed_space
from hypertemplate.search.samplers.grid import GridSampler
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from tests.search.spaces import EVERY_DISTRIBUTION, chosen, numeric

UNITS, KIND = chosen("units", "32", "64"), chosen("kind", "1", "2", "3")
RATE = numeric("rate", "uniform", low=0, high=1)
NESTED = (
    chosen("block", "'none'", "dropout(choice([1, 2]))", literal=False),
    chosen("block.1", "1", "2", parent=("block", 1)),
)


def all_left(space: tuple[Dimension, ...], *fixed: FixedParam, read: tuple[str, ...] = ()) -> list[Params]:
    """Try what is left until nothing is; each trial reads the labels `read`, or all."""
    tried = TriedPoints()
    untried = UntriedPoints(fixed_space(fixed, space), tried)
    found: list[Params] = []
    while (point := untried.first) is not None:
        assert len(found) < 200
        found.append(point)
        tried.add(len(found), point, read or tuple(point))
    assert not untried.endless
    return found


def left(untried: UntriedPoints) -> tuple[Params | None, bool]:
    return untried.first, untried.endless


@pytest.mark.parametrize(
    "space",
    [
        pytest.param((UNITS, KIND), id="two choices"),
        pytest.param((KIND, *NESTED, UNITS), id="a choice inside another one"),
        pytest.param((numeric("q", "quniform", low=0, high=1, q=0.25), UNITS), id="steps"),
        pytest.param((numeric("n", "randint", integral=True, low=3),), id="whole numbers"),
    ],
)
def test_a_finite_space_is_its_grid(space: tuple[Dimension, ...]) -> None:
    grid = GridSampler(space)
    assert all_left(space) == [grid.ask(number) for number in range(grid.size)]


def test_labels_that_no_trial_reads_do_not_count_even_with_infinitely_many_values() -> None:
    assert len(all_left((RATE, UNITS, KIND), read=("units", "kind"))) == 6
    assert len(all_left((RATE,), read=("units",))) == 1


def test_a_label_that_a_later_trial_shows_to_make_no_difference_ends_nothing_before() -> None:
    tried = TriedPoints()
    untried = UntriedPoints(fixed_space((), (RATE, UNITS)), tried)
    for number in range(3):
        tried.add(number, {"rate": 0.1 * number, "units": 0}, ("rate", "units"))
    assert untried.first is not None
    tried.add(3, {"rate": 0.9, "units": 0}, ("units",))
    tried.add(4, {"rate": 0.9, "units": 1}, ("units",))
    assert left(untried) == (None, False)


def test_a_fixed_label_has_its_value_and_a_choice_that_it_shuts_out_has_none() -> None:
    assert all_left((*NESTED, KIND), FixedParam("block", "'none'")) == [
        {"block": 0, "kind": place} for place in range(3)
    ]


def test_a_point_is_left_where_only_one_branch_reads_a_label_of_infinitely_many_values() -> None:
    tried = TriedPoints()
    untried = UntriedPoints(fixed_space((), (UNITS, RATE)), tried)
    tried.add(0, {"units": 0, "rate": 0.1}, ("units",))
    seen: list[Params] = []
    for number in range(1, 40):
        point = untried.first
        assert point is not None
        assert point["units"] == 1, "the other branch has been tried"
        tried.add(number, point, ("units", "rate"))
        seen.append(point)
    assert [point["rate"] for point in seen[:4]] == [0.5, 0.25, 0.75, 0.125]
    assert len({point["rate"] for point in seen}) == len(seen)


def test_a_label_that_always_draws_one_value_is_left_in_the_end() -> None:
    space = (numeric("q", "qnormal", mu=0, sigma=0.001, q=1.0),)
    tried = TriedPoints()
    untried = UntriedPoints(fixed_space((), space), tried)
    assert untried.first == {"q": 0.0}
    tried.add(0, {"q": 0.0}, ("q",))
    assert left(untried) == (None, True)


def test_a_search_that_is_resumed_finds_the_same_points() -> None:
    space, tried, order = (RATE, UNITS, *NESTED, KIND), TriedPoints(), random.Random(3)
    untried = UntriedPoints(fixed_space((), space), tried)
    for number in range(30):
        point = untried.first
        assert point == UntriedPoints(fixed_space((), space), tried).first, "begun anew"
        assert point is not None
        inner = [label for label in point if label.startswith("block")]
        more = ("units", "rate") if point["kind"] or order.random() < 0.5 else ("kind",)
        tried.add(number, point, (*inner, *more))


def test_what_samplers_propose_of_a_finite_space_are_its_points() -> None:
    space = tuple(
        dimension
        for dimension in EVERY_DISTRIBUTION
        if dimension.distribution in ("quniform", "uniformint", "randint", "choice", "pchoice")
        and dimension.parent is None
        and dimension.label != "block"
    )
    sampler = HyperoptSampler(space, "random", 7)
    for number in range(50):
        tried = TriedPoints()
        point = sampler.ask(number)
        tried.add(number, point, tuple(point))
        for dimension in space:
            values = all_left((dimension,))
            assert {dimension.label: point[dimension.label]} in values
            assert repr(point[dimension.label]) in {repr(one[dimension.label]) for one in values}


@pytest.mark.parametrize("dimension", EVERY_DISTRIBUTION, ids=lambda dimension: dimension.label)
def test_what_stands_for_infinitely_many_values_can_be_drawn(dimension: Dimension) -> None:
    if dimension.options or dimension.distribution in ("randint", "uniformint", "quniform"):
        return
    values = [draw_at(dimension, share) for share in (0.01, 0.3, 0.5, 0.7, 0.99)]
    assert values == sorted(values)
    for low, high in itertools.pairwise(values):
        assert low < high or "q" in dimension.numbers
