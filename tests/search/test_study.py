"""Studies: the best trial, and parameters as people see them."""

from __future__ import annotations

import math

import pytest

from hypertemplate.compiler.markers.search_space import Dimension, Option
from hypertemplate.search.study import Study, Trial, TrialState, deviation, is_json, mean
from tests.search.spaces import EVERY_DISTRIBUTION, chosen


def trial(number: int, loss: float | None, state: TrialState = TrialState.COMPLETE) -> Trial:
    return Trial(number, state, {}, loss)


@pytest.mark.parametrize(
    ("trials", "best"),
    [
        pytest.param((), None, id="no trials"),
        pytest.param((trial(0, 2.0), trial(1, 1.0)), 1, id="the lowest loss"),
        pytest.param((trial(0, 1.0), trial(1, 1.0)), 0, id="the earliest of equals"),
        pytest.param((trial(0, 1.0, TrialState.PRUNED), trial(1, 2.0)), 1, id="never a pruned one"),
        pytest.param((trial(0, None, TrialState.FAILED),), None, id="never a failed one"),
    ],
)
def test_best(trials: tuple[Trial, ...], best: int | None) -> None:
    found = Study("m", "d", 1, (), trials=trials).best
    assert (found.number if found else None) == best


def test_a_score_is_what_the_users_code_returned() -> None:
    assert Study("m", "d", 1, ()).score(-0.9) == -0.9
    assert Study("m", "d", 1, (), maximize=True).score(-0.9) == 0.9
    assert str(Study("m", "d", 1, (), maximize=True).score(0.0)) == "0.0"


@pytest.mark.parametrize(
    ("params", "values"),
    [
        pytest.param({"uniform": 0.5, "units": 64}, {"uniform": 0.5, "units": 64}, id="numbers"),
        pytest.param({"activation": 1}, {"activation": "elu"}, id="a string option"),
        pytest.param({"weighted": 2}, {"weighted": 3}, id="a number option"),
        pytest.param({"block": 0}, {"block": "none"}, id="a constant beside options that are none"),
        pytest.param(
            {"block.2": 1, "block.2.1": 4.5},
            {"block.2": 4.5, "block.2.1": 4.5},
            id="an inner distribution's draw",
        ),
    ],
)
def test_values_are_never_indices(params: dict[str, float], values: dict[str, object]) -> None:
    assert Study("m", "d", 1, EVERY_DISTRIBUTION).values(params) == values


def test_values_are_in_the_order_of_the_space() -> None:
    space = (chosen("a", "1"), chosen("b", "2"))
    assert list(Study("m", "d", 1, space).values({"b": 0, "a": 0})) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("'relu'", "relu", id="a string"),
        pytest.param("-1.5", -1.5, id="a negative number"),
        pytest.param("None", None, id="None"),
        pytest.param("'re'  # rectified\n   'lu'", "relu", id="a constant on several lines"),
        pytest.param("[1, {'a': True}]", [1, {"a": True}], id="containers"),
        pytest.param("10 ** -2", 0.01, id="arithmetic on numbers"),
        pytest.param("1 << 4", 16, id="a shift"),
        pytest.param("1.5 << 4", "1.5 << 4", id="arithmetic that cannot be"),
        pytest.param("<Box object>", "<Box object>", id="an object of a list made at load time"),
        pytest.param("(1, 2)", "(1, 2)", id="a tuple is source text"),
        pytest.param("{1: 2}", "{1: 2}", id="keys that are not strings"),
        pytest.param("1e999", "1e999", id="infinity"),
        pytest.param("b'x'", "b'x'", id="bytes"),
        pytest.param("[(1,)]", "[(1,)]", id="a tuple in a list"),
    ],
)
def test_options_become_json_values_where_there_is_one(text: str, value: object) -> None:
    shown = Study("m", "d", 1, (chosen("a", text),)).json_values({"a": 0})["a"]
    assert shown == value
    assert type(shown) is type(value)


def test_not_a_number_is_not_json() -> None:
    assert not is_json(float("nan"))


def test_a_choice_of_a_choice_is_a_value_at_every_depth() -> None:
    space = (
        Dimension("c", "choice", {}, (Option("0", True), Option("choice([...])", False, "c.1"))),
        Dimension(
            "c.1",
            "choice",
            {},
            (Option("'a'", True), Option("uniform(0, 1)", False, "c.1.1")),
            parent=("c", 1),
        ),
        Dimension("c.1.1", "uniform", {"low": 0, "high": 1}, parent=("c.1", 1)),
    )
    study = Study("s", "", 1, space)
    assert study.values({"c": 1, "c.1": 0}) == study.json_values({"c": 1, "c.1": 0}) == {"c": "a", "c.1": "a"}
    assert study.values({"c": 1, "c.1": 1, "c.1.1": 0.5}) == {"c": 0.5, "c.1": 0.5, "c.1.1": 0.5}


@pytest.mark.parametrize(
    ("losses", "middle", "spread"),
    [
        pytest.param((0.1, 0.1, 0.1), 0.1, 0.0, id="one number many times"),
        pytest.param((1.0, 2.0, 4.5), 2.5, pytest.approx(3.25**0.5), id="three numbers"),
        pytest.param((1e308, 1e308), 1e308, 0.0, id="numbers whose sum is no float"),
        pytest.param((1e308, -1e308), 0.0, math.inf, id="a deviation that is no float"),
        pytest.param((5.0,), 5.0, None, id="one number"),
    ],
)
def test_the_mean_and_the_deviation_of_losses(
    losses: tuple[float, ...], middle: float, spread: float | None
) -> None:
    assert (mean(losses), deviation(losses)) == (middle, spread)
