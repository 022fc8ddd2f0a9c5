from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from hypertemplate.codec import decode, encode


class Color(enum.Enum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    center: Point
    colors: tuple[Color, ...]
    tags: Mapping[str, tuple[int, str]]
    kind: Literal["a", "b"]
    keys: tuple[tuple[str, int | str], ...] = ()


Shape = Point | Circle
CIRCLE = Circle(Point(1, None), (Color.RED,), {"t": (1, "é")}, "a", (("n", 0), ("k", "v")))


def through_json(kind: Any, value: Any) -> Any:
    """What is left of a value after encoding, JSON and decoding."""
    return decode(kind, json.loads(json.dumps(encode(value))))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param(Point, Point(1, 2.5), id="a dataclass"),
        pytest.param(Circle, CIRCLE, id="dataclasses, enums, tuples and mappings in one"),
        pytest.param(Shape, CIRCLE, id="a member of a union of dataclasses"),
        pytest.param(Point | None, None, id="None in place of a dataclass"),
        pytest.param(Point | None, Point(3), id="a dataclass in place of None"),
        pytest.param(tuple[Shape, ...], (Point(1), CIRCLE), id="members of a union in a tuple"),
        pytest.param(tuple[int, str], (1, "a"), id="a tuple of a fixed length"),
        pytest.param(tuple[str, int] | None, ("a", 1), id="a tuple in place of None"),
        pytest.param(tuple[int, ...] | None, None, id="None in place of a tuple"),
        pytest.param(dict[str, Point], {"a": Point(1)}, id="a dict of dataclasses"),
        pytest.param(Color, Color.RED, id="an enum"),
        pytest.param(int | str, "a", id="a union of plain values"),
        pytest.param(float, float("inf"), id="a number that only Python's JSON knows"),
        pytest.param(str, "\ud800", id="a surrogate"),
        pytest.param(Literal["a", "b"], "b", id="a literal"),
        pytest.param(Any, {"x": [1, None]}, id="anything"),
    ],
)
def test_a_value_comes_back_from_json(kind: Any, value: object) -> None:
    again = through_json(kind, value)
    assert (again, type(again)) == (value, type(value))


@pytest.mark.parametrize(
    ("value", "data"),
    [
        pytest.param(Point(1), {"type": "Point", "x": 1, "y": None}, id="a dataclass carries its name"),
        pytest.param((1, [2]), [1, [2]], id="tuples are lists"),
        pytest.param(Color.RED, "red", id="an enum is its value"),
        pytest.param(
            {"a": (Point(1),)}, {"a": [{"type": "Point", "x": 1, "y": None}]}, id="inside containers"
        ),
        pytest.param("a", "a", id="plain values stay"),
    ],
)
def test_what_a_value_becomes(value: object, data: object) -> None:
    assert encode(value) == data


def test_a_field_that_is_missing_has_its_default() -> None:
    assert decode(Point, {"type": "Point", "x": 1}) == Point(1)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        pytest.param(Point, {"y": 1}, id="a field is missing"),
        pytest.param(Point, [1, 2], id="a list for a dataclass"),
        pytest.param(Point, None, id="None for a dataclass"),
        pytest.param(Shape, {"type": "Square"}, id="a name that is no member"),
        pytest.param(Shape, {"x": 1}, id="no name"),
        pytest.param(Shape, None, id="None for a union without it"),
        pytest.param(Shape, "Point", id="a string for a union"),
        pytest.param(Color, "blue", id="no value of the enum"),
        pytest.param(tuple[int, str], [1], id="too few for a tuple"),
        pytest.param(tuple[int, ...], 3, id="a number for a tuple"),
        pytest.param(dict[str, int], [1], id="a list for a dict"),
    ],
)
def test_what_does_not_have_the_shape(kind: Any, data: object) -> None:
    with pytest.raises(ValueError):
        decode(kind, data)


def test_fields_that_are_not_known_are_passed_over() -> None:
    assert decode(Point, {"type": "Point", "x": 1, "y": 2, "z": 3}) == Point(1, 2)
