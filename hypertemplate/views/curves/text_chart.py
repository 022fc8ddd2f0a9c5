"""Lines of numbers as a chart of characters."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hypertemplate.views.text import fitted

LABEL_WIDTH = 8
"""Columns of a number beside the axis."""

FEWEST = 8
"""Fewest values among which one can lie far from all others."""

FAR = 20.0
"""Multiple of the spread of nearly all values beyond which one is not worth the height of a chart."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """Line of a chart.

    Attributes:
        points: its points, from left to right; those that are not finite are gaps.
        mark: character with which it is drawn.
        end: character at its last point; by default the same.
    """

    points: Sequence[Point]
    mark: str
    end: str = ""

    @property
    def finite(self) -> list[Point]:
        """Points that can be drawn."""
        return [point for point in self.points if math.isfinite(point[1])]


@dataclass(frozen=True, slots=True)
class Frame:
    """Axes of a chart, as characters: beside a row, beside a row with a number, at the corner, below."""

    side: str
    tick: str
    corner: str
    below: str


FRAME = Frame("│", "┤", "└", "─")
ASCII_FRAME = Frame("|", "+", "+", "-")


def text_chart(lines: Sequence[Line], width: int, height: int, frame: Frame = FRAME) -> list[str]:
    """Draw lines, the later ones over the earlier ones; no lines without a finite number.

    Args:
        lines: the lines.
        width: most columns.
        height: rows of the drawing.
        frame: characters of the axes.
    """
    points = [point for line in lines for point in line.finite]
    if not points:
        return []
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = bounds([y for _, y in points])
    room = max(10, width - LABEL_WIDTH - 2)
    columns = max(2, min(room, 1 + 4 * math.ceil(right - left)))
    grid = [[" "] * columns for _ in range(height)]
    for line in lines:
        _draw(line, grid, (left, right), (low, high))
    middle = (height - 1) // 2
    labels = {
        0: (">" if any(y > high for _, y in points) else "") + fitted(high, LABEL_WIDTH - 1, "", 4),
        middle: fitted(high - (high - low) * middle / (height - 1), LABEL_WIDTH, "", 4),
        height - 1: ("<" if any(y < low for _, y in points) else "") + fitted(low, LABEL_WIDTH - 1, "", 4),
    }
    shown = []
    for row, cells in enumerate(grid):
        axis = frame.tick if row in labels else frame.side
        shown.append(f"{labels.get(row, ''):>{LABEL_WIDTH}} {axis}{''.join(cells)}".rstrip())
    ends = f"{left:g}".ljust(columns - len(f"{right:g}")) + f"{right:g}" if right > left else f"{left:g}"
    indent = " " * LABEL_WIDTH
    return [*shown, f"{indent} {frame.corner}{frame.below * columns}", f"{indent}  {ends}"]


def bounds(values: Sequence[float]) -> tuple[float, float]:
    """Return the lowest and the highest of the finite values that do not lie far from nearly all others."""
    finite = sorted(value for value in values if math.isfinite(value))
    if len(finite) < FEWEST:
        return (finite[0], finite[-1]) if finite else (0.0, 0.0)
    parts = statistics.quantiles(finite, n=20, method="inclusive")
    margin = FAR * (parts[-1] - parts[0])
    near = [value for value in finite if parts[0] - margin <= value <= parts[-1] + margin]
    return near[0], near[-1]


def _draw(line: Line, grid: list[list[str]], across: Point, up: Point) -> None:
    """Draw the points of a line, and what lies between them."""
    cells = [_cell(point, grid, across, up) for point in line.finite]
    for (column, row), (next_column, next_row) in pairwise(cells):
        for at in range(column, next_column):
            share = (at - column) / (next_column - column)
            grid[round(row + share * (next_row - row))][at] = line.mark
    if cells:
        column, row = cells[-1]
        grid[row][column] = line.end or line.mark


def _cell(point: Point, grid: list[list[str]], across: Point, up: Point) -> tuple[int, int]:
    columns, rows = len(grid[0]) - 1, len(grid) - 1
    return round(columns * _share(point[0], across)), round(rows * (1 - _share(point[1], up)))


def _share(value: float, ends: Point) -> float:
    low, high = ends
    return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5
