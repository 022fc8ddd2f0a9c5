"""Values that a dimension can draw, by their types too: 128 is not 128.0 to the code that gets it."""

from __future__ import annotations

import math

from hypertemplate.compiler.markers.resolve import on_step
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.syntax.literals import known_value
from hypertemplate.search.fixed_params import outside_of
from hypertemplate.units import with_article

_MOST = 2.0**1000
"""Largest number, by its size, with which bounds and steps are compared."""


def drawn_as(dimension: Dimension, value: object) -> float | None:
    """Return what a dimension draws for a value: a number, or the index of an option; None if it never does.

    Args:
        dimension: the dimension.
        value: value that the code gets.
    """
    if dimension.options:
        same = (
            index
            for index, option in enumerate(dimension.options)
            if option.literal and any(is_same(one, value) for one in known_value(option.text))
        )
        return next(same, None)
    if isinstance(value, bool) or not isinstance(value, int if dimension.integral else float):
        return None
    if not -_MOST <= value <= _MOST or outside_of(value, dimension) or not _on_step(value, dimension):
        return None
    return value


def why_not(value: object, dimension: Dimension) -> str:
    """Say of a value that `drawn_as` does not find why the dimension never draws it.

    >>> rate = Dimension("rate", "uniform", {"low": 0, "high": 1})
    >>> why_not(1, rate), why_not(2.0, rate)
    ('is an int, and uniform draws floats', 'is outside uniform(0, 1)')
    """
    if dimension.options:
        return "is not one of its options"
    wanted = int if dimension.integral else float
    if type(value) is not wanted:
        kind = with_article(type(value).__name__)
        return f"is {kind}, and {dimension.distribution} draws {wanted.__name__}s"
    if not -_MOST <= value <= _MOST:
        return f"is beyond what {dimension.distribution} can draw"
    outside = outside_of(value, dimension)
    return f"is outside {outside}" if outside else f"is not on a step of {dimension.distribution}"


def is_same(left: object, right: object) -> bool:
    """Tell whether two constants are the same to any code: their types too, at any depth."""
    return type(left) is type(right) and repr(left) == repr(right)


def is_immutable(value: object) -> bool:
    """Tell whether no code can change a constant, so that it does not matter how often it is made."""
    if isinstance(value, tuple):
        return all(map(is_immutable, value))
    return value is None or isinstance(value, bool | int | float | complex | str | bytes)


def _on_step(value: float, dimension: Dimension) -> bool:
    step = dimension.numbers.get("q")
    if step is None:
        return True
    if not math.isfinite(value / step):
        return False
    multiple = round(value / step) * step
    return value in (multiple, on_step(multiple, step))
