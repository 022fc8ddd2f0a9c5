"""A plot of the best validation accuracy by the second, a line for each arm: the mean of its searches."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cells import Cell

WIDTH, HEIGHT = 760, 400

LEFT, RIGHT, TOP, BOTTOM = 60, 210, 40, 45

COLOURS = (
    "#4269d0",
    "#efb118",
    "#ff725c",
    "#6cc5b0",
    "#3ca951",
    "#ff8ab7",
    "#a463f2",
    "#97bbf5",
    "#9c6b4e",
    "#9498a0",
)
"""For the rivals, which are thin; ours are thick and dark."""

OURS = ("#111111", "#8a1c1c")


def plotted(title: str, arms: Sequence[str], found: Sequence[Cell], seconds: float) -> str:
    """The plot as SVG; a line begins when all searches of its arm have reported something."""
    lines = {arm: curve([cell for cell in found if cell.arm == arm], seconds) for arm in arms}
    lines = {arm: points for arm, points in lines.items() if points}
    heights = [accuracy for points in lines.values() for _, accuracy in points]
    # Most of what can be told apart lies near the end.
    high = max(heights)
    low = max(min(heights), high - 0.1)
    x = Scale(0, seconds, LEFT, WIDTH - RIGHT)
    y = Scale(low, high + (high - low) * 0.05 + 1e-9, HEIGHT - BOTTOM, TOP)
    shapes = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="14">{escape(title)}: best validation accuracy</text>',
        *axes(x, y),
    ]
    rivals = iter(COLOURS)
    mine = iter(OURS)
    order = sorted(lines, key=lambda arm: -lines[arm][-1][1])
    for arm, points in lines.items():
        is_ours = arm.startswith("hypertemplate")
        colour, width = (next(mine), 2.5) if is_ours else (next(rivals), 1.3)
        shapes.append(
            f'<path d="{steps(points, x, y)}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
        )
        place = TOP + 10 + 20 * order.index(arm)
        shapes.append(
            f'<path d="M{WIDTH - RIGHT + 12} {place}h18" stroke="{colour}" stroke-width="{width}"/>'
            f'<text x="{WIDTH - RIGHT + 36}" y="{place + 4}">{escape(arm)}</text>'
        )
    return "\n".join([*shapes, "</svg>", ""])


class Scale:
    """Numbers from low to high, as places from one to another; what is lower is at the edge."""

    def __init__(self, low: float, high: float, first: float, last: float) -> None:
        self.low, self.high = low, high
        self._first, self._step = first, (last - first) / (high - low)

    def __call__(self, value: float) -> float:
        """The place of a number."""
        return round(self._first + (max(value, self.low) - self.low) * self._step, 1)


def axes(x: Scale, y: Scale) -> list[str]:
    """Four ticks on each, with their numbers."""
    shapes = []
    for part in range(5):
        second, accuracy = x.high * part / 4, y.low + (y.high - y.low) * part / 4
        shapes.append(f'<text x="{x(second)}" y="{HEIGHT - 22}" text-anchor="middle">{second:g} s</text>')
        shapes.append(f'<path d="M{LEFT} {y(accuracy)}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        shapes.append(f'<text x="{LEFT - 8}" y="{y(accuracy) + 4}" text-anchor="end">{accuracy:.3f}</text>')
    return shapes


def curve(own: Sequence[Cell], seconds: float) -> list[tuple[float, float]]:
    """The mean of the best of these searches, at each moment at which one of them became better."""
    moments = sorted({at for cell in own for at, _ in cell.curve})
    points = []
    for moment in moments:
        best = [cell.best_by(moment) for cell in own]
        known = [one for one in best if one is not None]
        if known and len(known) == len(best):
            points.append((moment, sum(known) / len(known)))
    return [*points, (seconds, points[-1][1])] if points else []


def steps(points: Sequence[tuple[float, float]], x: Scale, y: Scale) -> str:
    """A path that keeps its height until the next point."""
    (at, accuracy), *others = points
    return f"M{x(at)} {y(accuracy)}" + "".join(f"H{x(at)}V{y(accuracy)}" for at, accuracy in others)
