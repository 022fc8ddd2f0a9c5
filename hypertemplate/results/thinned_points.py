"""Points of a learning curve, few enough to be drawn."""

from __future__ import annotations

import math

from hypertemplate.search.study import Curve

MOST_POINTS = 100
"""Most points of a curve that is shown."""

FEWEST_POINTS = 20
"""Fewest points to which a long curve is thinned."""

ALL_POINTS = 400_000
"""Points of all curves together; with more of them, a page would be slow to open."""

Points = tuple[tuple[float, float], ...]
"""Number of the epoch, round or step, and the value there."""


def thinned_points(curve: Curve, metric: str, most: int = MOST_POINTS) -> Points:
    """Return at most `most` points of a metric: ends, extremes, and others between.

    What is not finite is left out: it has no place in a chart.
    """
    points = [
        (float(number), report.metrics[metric])
        for number, report in zip(curve.numbers, curve.reports, strict=True)
        if math.isfinite(report.metrics.get(metric, math.nan))
    ]
    if len(points) <= most:
        return tuple(points)
    places = range(len(points))
    ends = {
        0,
        places[-1],
        min(places, key=lambda at: points[at][1]),
        max(places, key=lambda at: points[at][1]),
    }
    room = most - len(ends)
    even = {round(step * places[-1] / (room + 1)) for step in range(1, room + 1)}
    return tuple(points[at] for at in sorted(ends | even))


def points_of_each(curves: int) -> int:
    """Return how many points each of so many curves may have."""
    return max(FEWEST_POINTS, min(MOST_POINTS, ALL_POINTS // max(1, curves)))
