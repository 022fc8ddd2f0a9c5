"""Learning curves as SVG inside HTML, readable in light and dark themes."""

from __future__ import annotations

import math
from collections.abc import Sequence

WIDTH, HEIGHT = 120, 18
"""Size in pixels of a sparkline."""


def svg_sparkline(
    values: Sequence[float], color: str, total: int = 0, bounds: tuple[float, float] | None = None
) -> str:
    """Draw numbers as a line with a dot at the last one; what is not finite is a gap.

    Args:
        values: the numbers.
        color: color of the line.
        total: number of values that there will be; what is drawn then grows without moving.
        bounds: lowest and highest number of the scale; by default those of the values.
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return ""
    low, high = bounds or (min(finite), max(finite))
    last = max(total, len(values)) - 1
    places = [
        (3 + (WIDTH - 6) * at / max(1, last), HEIGHT - 3 - (HEIGHT - 6) * _share(value, low, high))
        for at, value in enumerate(values)
        if math.isfinite(value)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" style="vertical-align:middle" aria-hidden="true">'
        f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{color}"/></svg>'
    )


def _share(value: float, low: float, high: float) -> float:
    return (min(max(value, low), high) - low) / (high - low) if high > low else 0.5
