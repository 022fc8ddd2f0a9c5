from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from hypertemplate.compiler.program import Join
from hypertemplate.runtime.model_arguments import JoinError, call, model_arguments, shape


class Pair(NamedTuple):
    x: int
    y: int


BY_INDEX = Join("name", (("y", 1), ("x", 0)))
BY_KEY = Join("name", (("x", "train"), ("y", "labels")))


@pytest.mark.parametrize(
    ("join", "returned", "arguments"),
    [
        pytest.param(Join("none"), (1, 2), (), id="a model without parameters"),
        pytest.param(Join("object"), (1, 2), ((1, 2),), id="the one argument is all that data returns"),
        pytest.param(Join("position", count=2), (1, 2), (1, 2), id="items in order"),
        pytest.param(Join("position", count=2), [1, 2], (1, 2), id="items of a list"),
        pytest.param(Join("position", count=2), Pair(1, 2), (1, 2), id="items of a named tuple"),
        pytest.param(BY_INDEX, (1, 2), {"y": 2, "x": 1}, id="items by name"),
        pytest.param(BY_KEY, {"train": 1, "labels": 2, "more": 3}, {"x": 1, "y": 2}, id="entries by name"),
    ],
)
def test_arguments(join: Join, returned: Any, arguments: Any) -> None:
    assert model_arguments(join, returned, "data", "model") == arguments


@pytest.mark.parametrize(
    ("join", "returned", "message"),
    [
        pytest.param(
            Join("position", count=4),
            (1, 2, 3),
            "load() returned a tuple of 3 items, but build() takes 4 items: return a tuple of 4 items from load()",
            id="too few items",
        ),
        pytest.param(
            Join("position", count=1),
            [],
            "load() returned a list of 0 items, but build() takes 1 item: return a tuple of 1 item from load()",
            id="an empty list",
        ),
        pytest.param(
            Join("position", count=2),
            {"a": 1, "b": 2},
            "load() returned a dict, but build() takes 2 items: return a tuple of 2 items from load()",
            id="a dict where items were due",
        ),
        pytest.param(
            Join("position", count=2),
            None,
            "load() returned None, but build() takes 2 items: return a tuple of 2 items from load()",
            id="nothing",
        ),
        pytest.param(
            BY_INDEX,
            (1,),
            "load() returned a tuple of 1 item, and build() needs y, x",
            id="an item is missing",
        ),
        pytest.param(BY_INDEX, 5, "load() returned an int, and build() needs y, x", id="a number"),
        pytest.param(
            BY_KEY,
            {"train": 1, "test": 2},
            "load() returned a dict without 'labels' (its keys: train, test), and build() needs x, y",
            id="a key is missing",
        ),
        pytest.param(
            BY_KEY,
            {},
            "load() returned a dict without 'train' (its keys: none), and build() needs x, y",
            id="an empty dict",
        ),
        pytest.param(
            BY_KEY,
            (1, 2),
            "load() returned a tuple of 2 items, not a dict, and build() needs x, y",
            id="a tuple where a dict was due",
        ),
    ],
)
def test_what_does_not_fit_is_said_with_both_shapes(join: Join, returned: Any, message: str) -> None:
    with pytest.raises(JoinError) as caught:
        model_arguments(join, returned, "load", "build")
    assert str(caught.value) == message


def test_a_model_is_called_by_position_or_by_name() -> None:
    def model(first: int, /, second: int, *, third: int = 3) -> tuple[int, int, int]:
        return first, second, third

    assert call(model, (1, 2)) == (1, 2, 3)
    assert call(model, {"third": 5, "second": 2, "first": 1}) == (1, 2, 5)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param(None, "None", id="nothing"),
        pytest.param(1, "an int", id="a vowel"),
        pytest.param("x", "a str", id="a text is not a sequence of items"),
        pytest.param((1,), "a tuple of 1 item", id="one item"),
        pytest.param(Pair(1, 2), "a Pair of 2 items", id="a named tuple"),
    ],
)
def test_shape(value: Any, words: str) -> None:
    assert shape(value) == words


LEAKED = Join("name", (("x", 0),), locals=("classes",))


@pytest.mark.parametrize(
    ("join", "returned", "arguments"),
    [
        pytest.param(LEAKED, (1, 2), {"x": 1, "classes": 10}, id="beside what is returned"),
        pytest.param(Join("name", locals=("classes",)), None, {"classes": 10}, id="alone"),
        pytest.param(
            Join("name", (("x", "a"),), locals=("classes",)),
            {"a": 1},
            {"x": 1, "classes": 10},
            id="beside a dict",
        ),
    ],
)
def test_a_variable_that_data_did_not_return(join: Join, returned: Any, arguments: Any) -> None:
    assert model_arguments(join, returned, "data", "model", {"classes": 10, "more": 3}) == arguments


@pytest.mark.parametrize(
    "left", [pytest.param(None, id="none kept"), pytest.param({"x": 1}, id="others kept")]
)
def test_a_variable_that_data_ended_without(left: Any) -> None:
    with pytest.raises(JoinError) as caught:
        model_arguments(LEAKED, (1, 2), "load", "build", left)
    assert str(caught.value) == "load() ended without a value for classes, which build() needs"
