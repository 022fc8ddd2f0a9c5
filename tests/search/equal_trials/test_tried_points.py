"""Which points are the same to the code: those that have all values that a trial has read."""

from __future__ import annotations

import math

import pytest

from hypertemplate.search.equal_trials.tried_points import TriedPoints


@pytest.mark.parametrize(
    ("read", "point", "number"),
    [
        pytest.param(("rate", "units"), {"rate": 0.5, "units": 1}, 7, id="all values are the same"),
        pytest.param(("rate", "units"), {"rate": 0.5, "units": 0}, None, id="a value that was read differs"),
        pytest.param(("rate",), {"rate": 0.5, "units": 0}, 7, id="a value that was not read differs"),
        pytest.param(("rate",), {"rate": 0.5}, 7, id="a label that was not read is missing"),
        pytest.param(("rate", "units"), {"rate": 0.5}, None, id="a label that was read is missing"),
        pytest.param((), {"rate": 9.0}, 7, id="nothing was read, so that no value counts"),
        pytest.param(("rate",), {"rate": math.nextafter(0.5, 1)}, None, id="the next float is another value"),
        pytest.param(("units",), {"units": 1.0}, None, id="a float is not an int"),
        pytest.param(("zero",), {"zero": 0.0}, None, id="0 has a sign, which code may see"),
        pytest.param(("nan",), {"nan": math.nan}, 7, id="nan is the same as nan"),
    ],
)
def test_a_point_is_that_of_a_trial(
    read: tuple[str, ...], point: dict[str, float], number: int | None
) -> None:
    tried = TriedPoints()
    tried.add(7, {"rate": 0.5, "units": 1, "zero": -0.0, "nan": math.nan}, read)
    assert tried.number(point) == number


def test_a_branch_that_was_not_taken_does_not_count_and_one_that_was_does() -> None:
    tried = TriedPoints()
    tried.add(0, {"optimizer": 0, "momentum": 0.9}, ("optimizer",))  # adam: reads no momentum
    tried.add(1, {"optimizer": 1, "momentum": 0.9}, ("optimizer", "momentum"))
    assert tried.number({"optimizer": 0, "momentum": 0.1}) == 0
    assert tried.number({"optimizer": 1, "momentum": 0.1}) is None
    assert tried.number({"optimizer": 1, "momentum": 0.9}) == 1
    assert tried.read == {"optimizer", "momentum"}


def test_of_trials_that_read_the_same_the_first_one_counts() -> None:
    tried = TriedPoints()
    tried.add(4, {"rate": 0.5, "units": 1}, ("rate",))
    tried.add(2, {"rate": 0.5, "units": 0}, ("rate",))
    tried.add(3, {"rate": 0.5, "units": 0}, ("rate", "units"))
    assert (tried.number({"rate": 0.5, "units": 0}), len(tried)) == (2, 2)
