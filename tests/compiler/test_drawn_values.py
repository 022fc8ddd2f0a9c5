"""What the numbers of a draw stand for, at every depth of a space."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.markers.drawn_values import decoded, python_values, represented
from hypertemplate.compiler.markers.search_space import Dimension, Option

SPACE = (
    Dimension("a", "choice", {}, (Option("choice([...])", False, "a.1"), Option("3", True))),
    Dimension(
        "a.1",
        "pchoice",
        {},
        (Option("choice([...])", False, "a.1.1"), Option("(1, 2)", True)),
        probabilities=(0.5, 0.5),
        parent=("a", 0),
    ),
    Dimension(
        "a.1.1",
        "choice",
        {},
        (Option("'x'", True), Option("uniform(0, 1)", False, "a.1.1.1")),
        parent=("a.1", 0),
    ),
    Dimension("a.1.1.1", "uniform", {"low": 0, "high": 1}, parent=("a.1.1", 1)),
    Dimension("b", "choice", {}, (Option("Adam(1)", False), Option("dropout(uniform(0, 1))", False))),
    Dimension("b.1", "uniform", {"low": 0, "high": 1}, parent=("b", 1)),
)


@pytest.mark.parametrize(
    ("params", "values", "inner"),
    [
        pytest.param({}, {}, set(), id="nothing drawn"),
        pytest.param({"a": 1}, {"a": 3}, set(), id="a constant"),
        pytest.param({"a": 0, "a.1": 1}, {"a": (1, 2), "a.1": (1, 2)}, {"a.1"}, id="a choice in a choice"),
        pytest.param(
            {"a": 0, "a.1": 0, "a.1.1": 0},
            {"a": "x", "a.1": "x", "a.1.1": "x"},
            {"a.1", "a.1.1"},
            id="three levels of choices",
        ),
        pytest.param(
            {"a": 0, "a.1": 0, "a.1.1": 1, "a.1.1.1": 0.5},
            {"a": 0.5, "a.1": 0.5, "a.1.1": 0.5, "a.1.1.1": 0.5},
            {"a.1", "a.1.1", "a.1.1.1"},
            id="a number below three choices",
        ),
        pytest.param({"b": 0}, {"b": "Adam(1)"}, set(), id="the source text of what is no constant"),
        pytest.param(
            {"b": 1, "b.1": 0.25},
            {"b": "dropout(uniform(0, 1))", "b.1": 0.25},
            set(),
            id="an option that only contains a distribution",
        ),
    ],
)
def test_a_choice_is_what_was_chosen(
    params: dict[str, float], values: dict[str, object], inner: set[str]
) -> None:
    assert python_values(SPACE, params) == values
    assert represented(SPACE, params) == inner


def test_what_was_drawn_is_in_the_order_of_the_space() -> None:
    assert list(decoded(SPACE, {"b": 0, "a": 1})) == ["a", "b"]
