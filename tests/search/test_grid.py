"""Every point of a finite space."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.space import Dimension, Params
from hypertemplate.errors import UsageError
from hypertemplate.search.grid import GridSampler
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
    ],
)
def test_each_point_is_proposed_once(space: tuple[Dimension, ...], points: list[Params]) -> None:
    sampler = GridSampler(space)
    assert sampler.size == len(points)
    assert [sampler.ask(number) for number in range(len(points))] == points


def test_a_search_that_goes_on_does_not_begin_again() -> None:
    sampler = GridSampler(INNER)
    assert sampler.ask(4) == {"kind": 1, "kind.1": 2, "units": 0}
    sampler.tell(4, {}, 1.0)
    assert sampler.state() == ""
    assert sampler.ask(5) == {"kind": 1, "kind.1": 2, "units": 1}


def test_the_size_of_a_large_grid_is_known_at_once() -> None:
    assert (
        GridSampler(tuple(numeric(f"n{i}", "uniformint", low=1, high=100) for i in range(10))).size == 100**10
    )


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        pytest.param(["rate"], "rate has no end of them", id="one"),
        pytest.param(["rate", "decay"], "rate, decay have no end of them", id="two"),
    ],
)
def test_a_continuous_parameter_has_no_grid(labels: list[str], said: str) -> None:
    space = (chosen("a", "1"), *(numeric(label, "uniform", low=0, high=1) for label in labels))
    with pytest.raises(UsageError) as caught:
        GridSampler(space)
    assert str(caught.value) == (
        f"a grid needs finitely many values, and {said}: write choice([...]) or quniform(low, high, q), "
        "or take another algorithm"
    )
