"""Axes of parameters: the range of a distribution, or the options of a choice in their order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.results.value_cells import ValueCell
from hypertemplate.views.text import plain
from hypertemplate.views.trial_line import short


@dataclass(frozen=True, slots=True)
class ParameterAxis:
    """Axis of one parameter.

    Attributes:
        label: label of the parameter.
        low: least value on it; of a choice 0.
        high: greatest value on it; of a choice the number of the last option.
        is_log: whether equal lengths are equal ratios.
        is_whole: whether all values are whole numbers.
        categories: texts of the options of a choice, in their order; else empty.
        parent: label of the choice and number of the option that it belongs to; None for one that every trial
            draws.
        is_set: whether the user has fixed it to one value.
    """

    label: str
    low: float
    high: float
    is_log: bool = False
    is_whole: bool = False
    categories: tuple[str, ...] = ()
    parent: tuple[str, int] | None = None
    is_set: bool = False


def parameter_axes(
    space: Sequence[Dimension], rows: Sequence[Mapping[str, ValueCell]], frozen: Iterable[str] = ()
) -> tuple[ParameterAxis, ...]:
    """Return the axis of each parameter, in the order of the space.

    A distribution without bounds has those of the values that were drawn; values that the user set outside of
    a range make it longer.

    Args:
        space: all dimensions.
        rows: cells of the trials by label.
        frozen: labels that the user has fixed.
    """
    set_ = frozenset(frozen)
    drawn = {
        dimension.label: [
            number
            for row in rows
            if (number := row[dimension.label].number) is not None and math.isfinite(number)
        ]
        for dimension in space
    }
    return tuple(_axis(dimension, drawn[dimension.label], dimension.label in set_) for dimension in space)


def _axis(dimension: Dimension, drawn: Sequence[float], is_set: bool) -> ParameterAxis:
    if dimension.options:
        texts = tuple(short(plain(option.text)) for option in dimension.options)
        return ParameterAxis(dimension.label, 0, len(texts) - 1, False, True, texts, dimension.parent, is_set)
    low, high = dimension.range
    ends = [*(bound for bound in (low, high) if math.isfinite(bound)), *drawn]
    is_log = dimension.is_log
    if is_log and "mu" in dimension.numbers:
        ends = list(drawn)  # the least value of a lognormal is 0, which has no place on the axis
    is_log = is_log and min(ends, default=1.0) > 0
    return ParameterAxis(
        dimension.label,
        min(ends, default=0.0),
        max(ends, default=1.0),
        is_log,
        dimension.integral,
        (),
        dimension.parent,
        is_set,
    )
