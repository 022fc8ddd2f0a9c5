"""Spread of marks with one value on an axis of options, so that they do not hide each other."""

from __future__ import annotations

from hypertemplate.results.charts.chart_axes import UNREAD_SHARE, ChartAxis
from hypertemplate.results.value_cells import ValueCell

GOLDEN = 0.6180339887498949
"""Share of the golden section, whose multiples fill a range evenly."""

WIDTH = 0.34
"""Share of the room of an option in which its marks stand."""


def spread(axis: ChartAxis, cell: ValueCell, trial: int, turn: int = 0) -> float:
    """Return how far a mark stands beside its value, as a share of the axis; the same for a trial each time.

    Args:
        axis: the axis.
        cell: value of the trial.
        trial: number of the trial.
        turn: number that makes two spreads of one trial different.
    """
    place = ((trial + turn) * GOLDEN * (turn + 1)) % 1 - 0.5
    if not cell.is_read:
        return place * UNREAD_SHARE * 0.4
    if not axis.is_choice:
        return 0.0
    return place * WIDTH * (axis.share(1) - axis.share(0))
