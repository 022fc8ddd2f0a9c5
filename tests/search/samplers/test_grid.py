"""Every point of a finite space."""

from __future__ import annotations

import math

import pytest

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.errors import UsageError
from hypertemplate.search.samplers.grid import GridSampler, grid_note
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from tests.search.spaces import chosen, numeric

INNER = (
    chosen("kind", "a", "uniformint(1, 2)", inner={1: "kind.1"}),
    Dimension("kind.1", "uniformint", {"low": 1, "high": 2}, parent=("kind", 1)),
    chosen("units", "32", "64"),
)


@pytest.mark.parametrize(
    ("space", "points"),
    [
        pytest.param((), [{}], id="no parameters"),
        pytest.param(
            (chosen("a", "1", "2"), chosen("b", "x", "y")),
            [{"a": 0, "b": 0}, {"a": 0, "b": 1}, {"a": 1, "b": 0}, {"a": 1, "b": 1}],
            id="the last parameter changes fastest",
        ),
        pytest.param(
            INNER,
            [
                {"kind": 0, "units": 0},
                {"kind": 0, "units": 1},
                {"kind": 1, "kind.1": 1, "units": 0},
                {"kind": 1, "kind.1": 1, "units": 1},
                {"kind": 1, "kind.1": 2, "units": 0},
                {"kind": 1, "kind.1": 2, "units": 1},
            ],
            id="an inner parameter is there where it is reached",
        ),
        pytest.param(
            (numeric("n", "randint", low=3),), [{"n": n} for n in range(3)], id="randint of one number"
        ),
        pytest.param(
            (numeric("n", "randint", low=3, high=5),), [{"n": 3}, {"n": 4}], id="randint of two numbers"
        ),
        pytest.param(
            (numeric("x", "quniform", low=0.1, high=0.5, q=0.25),),
            [{"x": 0.0}, {"x": 0.25}, {"x": 0.5}],
            id="steps",
        ),
        pytest.param(
            (numeric("n", "qloguniform", low=math.log(2), high=math.log(5), q=1, integral=True),),
            [{"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}],
            id="whole numbers by magnitude",
        ),
        pytest.param(
            (numeric("x", "quniform", low=1, high=9, q=2, integral=True),),
            [{"x": 2}, {"x": 4}, {"x": 6}, {"x": 8}],
            id="the lower bound lies between two steps",
        ),
        pytest.param(
            (numeric("x", "quniform", low=0, high=7, q=2, integral=True),),
            [{"x": 0}, {"x": 2}, {"x": 4}, {"x": 6}],
            id="the upper bound lies between two steps",
        ),
        pytest.param(
            (numeric("x", "quniform", low=0.15, high=0.35, q=0.1),),
            [{"x": 0.2}, {"x": 0.3}],
            id="bounds between two steps that are no exact numbers",
        ),
        pytest.param(
            (numeric("x", "quniform", low=0.4, high=0.6, q=1),),
            [{"x": 0.0}, {"x": 1.0}],
            id="a range between two steps",
        ),
        pytest.param(
            (numeric("n", "uniformint", low=1, high=4),), [{"n": n} for n in (1, 2, 3, 4)], id="uniformint"
        ),
    ],
)
def test_each_point_is_proposed_once(space: tuple[Dimension, ...], points: list[Params]) -> None:
    sampler = GridSampler(space)
    assert sampler.size == len(points)
    assert [sampler.ask(number) for number in range(len(points))] == points


@pytest.mark.parametrize(
    "dimension",
    [
        pytest.param(numeric("x", "quniform", low=low, high=high, q=q), id=f"quniform({low}, {high}, {q})")
        for low, high, q in [(1, 9, 2), (0, 7, 2), (0, 8, 2), (-3, 3, 2), (0.15, 0.35, 0.1), (0.4, 0.6, 1)]
    ]
    + [
        pytest.param(numeric("x", "uniformint", integral=True, low=1, high=4), id="uniformint"),
        pytest.param(numeric("x", "randint", integral=True, low=4), id="randint of one number"),
        pytest.param(numeric("x", "randint", integral=True, low=-2, high=2), id="randint of two numbers"),
    ],
)
def test_a_grid_has_what_random_search_draws(dimension: Dimension) -> None:
    grid, random = GridSampler((dimension,)), HyperoptSampler((dimension,), "random", 1)
    points = {grid.ask(number)["x"] for number in range(grid.points)}
    assert points == {random.ask(number)["x"] for number in range(200)}


def test_points_that_have_run_are_not_proposed_again() -> None:
    every = [GridSampler(INNER)] * 6
    points = [sampler.ask(number) for number, sampler in enumerate(every)]
    sampler = GridSampler(INNER, [points[4], points[0], points[4]], begun=3)
    assert sampler.size == 7, "the three that there are, and four points"
    assert [sampler.ask(number) for number in range(3, 7)] == [points[i] for i in (1, 2, 3, 5)]
    sampler.tell(3, {}, 1.0)
    assert sampler.state() == ""


@pytest.mark.parametrize(
    "point",
    [
        pytest.param({"x": 0.3, "kind": 0}, id="between two steps"),
        pytest.param({"x": 0.75, "kind": 0}, id="above the last step"),
        pytest.param({"x": 0.5, "kind": 2}, id="no such option"),
        pytest.param({"x": 0.5, "kind": 1}, id="without an inner value that it reaches"),
        pytest.param({"x": 0.5, "kind": 0, "kind.1": 1}, id="with an inner value that it does not reach"),
    ],
)
def test_a_point_that_the_grid_does_not_have_takes_none_away(point: Params) -> None:
    space = (numeric("x", "quniform", low=0, high=0.5, q=0.25), *INNER[:2])
    assert GridSampler(space, [point]).size == 9
    assert GridSampler(space, [{"x": 0.5, "kind": 1, "kind.1": 2}]).size == 8


def test_values_that_people_write_are_on_the_grid() -> None:
    grid = GridSampler((numeric("x", "quniform", low=0, high=1, q=0.1),), [{"x": 0.3}, {"x": 1e-17}])
    points = [grid.ask(number)["x"] for number in range(grid.left)]
    assert len(points) == 9
    assert not {0.0, 0.3, 3 * 0.1} & {*points}


@pytest.mark.parametrize(
    ("earlier", "others", "given", "room", "note"),
    [
        pytest.param([], 0, [], 9, "grid: 3 points in all, 3 to run", id="a new study"),
        pytest.param([0, 0], 0, [], 9, "grid: 3 points in all, 2 to run", id="one that ran twice"),
        pytest.param([0, 0.1], 0, [], 9, "grid: 3 points in all, 2 to run; 1 trial is off the grid", id="off it"),
        pytest.param([], 2, [], 9, "grid: 3 points in all, 3 to run; 2 trials are off the grid", id="other values set"),
        pytest.param([0], 0, [0.25, 0.25, 0], 9, "grid: 3 points in all, 2 to run", id="points of the user's"),
        pytest.param(
            [], 0, [0.25, 0.1], 4, "grid: 3 points in all, 3 to run; 1 trial is off the grid", id="points off it"
        ),
        pytest.param(
            [], 0, [0.1], 3,
            "grid: 3 points in all, 3 to run; 1 trial is off the grid; --max-evals has room for 3", id="no room",
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_a_grid(
    earlier: list[float], others: int, given: list[float], room: int, note: str
) -> None:
    ran, new = [{"x": x} for x in earlier], [{"x": x} for x in given]
    grid = GridSampler((numeric("x", "quniform", low=0, high=0.5, q=0.25),), [*ran, *new])
    assert grid_note(grid, ran, others, new, room) == note


def test_a_grid_of_one_point() -> None:
    assert grid_note(GridSampler(()), [], 0, [], 1) == "grid: 1 point in all, 1 to run"


def test_the_size_of_a_large_grid_is_known_at_once() -> None:
    assert (
        GridSampler(tuple(numeric(f"n{i}", "uniformint", low=1, high=100) for i in range(10))).size == 100**10
    )


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        pytest.param(["rate"], "rate has infinitely many", id="one"),
        pytest.param(["rate", "decay"], "rate and decay have infinitely many", id="two"),
    ],
)
def test_a_continuous_parameter_has_no_grid(labels: list[str], said: str) -> None:
    space = (chosen("a", "1"), *(numeric(label, "uniform", low=0, high=1) for label in labels))
    with pytest.raises(UsageError) as caught:
        GridSampler(space)
    assert str(caught.value) == (
        f"a grid needs finitely many values, but {said}: write choice([...]) or quniform(low, high, q), "
        "or use another algorithm"
    )
