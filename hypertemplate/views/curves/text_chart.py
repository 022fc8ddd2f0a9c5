"""Lines of numbers as a chart of characters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hypertemplate.views.curves.scales import FAR, Scale, fitting_scale
from hypertemplate.views.text import fitted

LABEL_WIDTH = 8
"""Columns of a number beside the axis."""

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


def text_chart(
    lines: Sequence[Line], width: int, height: int, frame: Frame = FRAME, far: float = FAR
) -> list[str]:
    """Draw lines, the later ones over the earlier ones; no lines without a finite number.

    Args:
        lines: the lines.
        width: most columns.
        height: rows of the drawing.
        frame: characters of the axes.
        far: multiple of the spread of nearly all values beyond which a value is drawn at the edge.
    """
    points = [point for line in lines for point in line.finite]
    if not points:
        return []
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    up = fitting_scale([y for _, y in points], far)
    room = max(10, width - LABEL_WIDTH - 2)
    columns = max(2, min(room, 1 + 4 * math.ceil(right - left)))
    grid = [[" "] * columns for _ in range(height)]
    for line in lines:
        _draw(line, grid, Scale(left, right), up)
    labels = _labels(up, height, [y for _, y in points])
    shown = []
    for row, cells in enumerate(grid):
        axis = frame.tick if row in labels else frame.side
        shown.append(f"{labels.get(row, ''):>{LABEL_WIDTH}} {axis}{''.join(cells)}".rstrip())
    ends = f"{left:g}".ljust(columns - len(f"{right:g}")) + f"{right:g}" if right > left else f"{left:g}"
    indent = " " * LABEL_WIDTH
    return [*shown, f"{indent} {frame.corner}{frame.below * columns}", f"{indent}  {ends}"]


def _labels(scale: Scale, height: int, values: Sequence[float]) -> dict[int, str]:
    """Return the numbers at the top, in the middle and at the bottom, by row."""
    above = ">" if max(values) > scale.high else ""
    below = "<" if min(values) < scale.low else ""
    middle = (height - 1) // 2
    return {
        0: above + fitted(scale.high, LABEL_WIDTH - 1, "", 4),
        middle: fitted(scale.at(1 - middle / (height - 1)), LABEL_WIDTH, "", 4),
        height - 1: below + fitted(scale.low, LABEL_WIDTH - 1, "", 4),
    }


def _draw(line: Line, grid: list[list[str]], across: Scale, up: Scale) -> None:
    """Draw the points of a line, and what lies between them."""
    columns, rows = len(grid[0]) - 1, len(grid) - 1
    cells = [(round(columns * across.share(x)), round(rows * (1 - up.share(y)))) for x, y in line.finite]
    for (column, row), (next_column, next_row) in pairwise(cells):
        for at in range(column, next_column):
            share = (at - column) / (next_column - column)
            grid[round(row + share * (next_row - row))][at] = line.mark
    if cells:
        column, row = cells[-1]
        grid[row][column] = line.end or line.mark
