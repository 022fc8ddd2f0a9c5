"""Axes of charts: of the searched number, of epochs, of parameters, with a place for values not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypertemplate.results.charts.cut_names import cut_options
from hypertemplate.results.charts.ticks import Tick, ticks
from hypertemplate.results.parameter_axes import ParameterAxis
from hypertemplate.results.value_cells import NOT_READ, ValueCell
from hypertemplate.views.curves.scales import Scale, fitting_scale

UNREAD_SHARE = 0.14
"""Share of an axis below its lowest value, at whose end stands what was not read."""

MARGIN = 0.04
"""Share of an axis that is free at each end."""

MOST_CATEGORIES = 12
"""Most options of a choice that an axis names."""

FAR = 3.0
"""Multiple of the spread of nearly all numbers beyond which one is drawn at the edge."""

CATEGORY_WIDTH = 14
"""Most characters of the name of an option."""


@dataclass(frozen=True, slots=True)
class ChartAxis:
    """Axis of a chart.

    Attributes:
        name: name of what it shows.
        scale: its scale.
        ticks: its ticks.
        has_unread: whether it has a tick of its own for values that a trial did not read.
        is_choice: whether it shows the options of a choice.
    """

    name: str
    scale: Scale
    ticks: tuple[Tick, ...]
    has_unread: bool = False
    is_choice: bool = False

    def share(self, value: float) -> float:
        """Return the place of a value, from 0 to 1."""
        low = UNREAD_SHARE if self.has_unread else 0.0
        return low + (1 - low) * (MARGIN + (1 - 2 * MARGIN) * self.scale.share(value))

    @property
    def unread_share(self) -> float:
        """Place of the tick for values that were not read."""
        return MARGIN

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """Places and texts of all ticks."""
        unread = ((self.unread_share, NOT_READ),) if self.has_unread else ()
        return (*unread, *((self.share(tick.value), tick.text) for tick in self.ticks))

    def place(self, cell: ValueCell) -> float:
        """Return the place of a parameter's value."""
        return self.share(cell.number) if cell.is_read and cell.number is not None else self.unread_share


def number_axis(name: str, values: Sequence[float], far: float = FAR) -> ChartAxis:
    """Return an axis for numbers; values far from nearly all others are at its ends."""
    scale = fitting_scale(values, far) if values else Scale(0.0, 1.0)
    return ChartAxis(name, scale, ticks(scale))


def count_axis(name: str, low: float, high: float) -> ChartAxis:
    """Return an axis for whole numbers: of trials, or of epochs."""
    scale = Scale(low, high)
    return ChartAxis(name, scale, ticks(scale, is_whole=True))


def axis_of(parameter: ParameterAxis, *, has_unread: bool = False) -> ChartAxis:
    """Return the axis of a parameter; the options of a choice have equal parts of it."""
    if parameter.categories:
        scale = Scale(parameter.low - 0.5, parameter.high + 0.5)
        step = -(-len(parameter.categories) // MOST_CATEGORIES)
        found = tuple(
            Tick(number, text)
            for number, text in enumerate(cut_options(parameter.categories, CATEGORY_WIDTH))
            if not number % step
        )
        return ChartAxis(parameter.label, scale, found, has_unread, is_choice=True)
    scale = Scale(parameter.low, parameter.high, parameter.is_log)
    axis = ChartAxis(parameter.label, scale, ticks(scale, is_whole=parameter.is_whole))
    return replace(axis, has_unread=has_unread)
