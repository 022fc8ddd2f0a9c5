"""Marks of trials on charts: the best tenth stands out from the others, and the best one from all."""

from __future__ import annotations

from collections.abc import Mapping

from hypertemplate.results.charts.svg_elements import ACCENT, GOOD, Attribute, element
from hypertemplate.results.summary import Summary

Place = tuple[float, float]

RADII = {"other": 3.0, "leading": 3.5, "best": 5.5}
"""Radii in pixels."""

MANY, MANY_RADIUS = 300, 0.7
"""Number of trials from which on dots are smaller, and by how much."""

KINDS: dict[str, dict[str, Attribute]] = {
    "other": {"fill": "currentColor", "fill_opacity": ".28"},
    "leading": {"fill": ACCENT, "fill_opacity": ".85"},
    "best": {"fill": GOOD, "stroke": "none"},
}
"""Attributes of the kinds of marks, in the order in which they lie over each other."""


def trial_dots(summary: Summary, places: Mapping[int, Place]) -> str:
    """Return a dot for each trial, by its number, the best ones over the others."""
    small = MANY_RADIUS if len(places) > MANY else 1.0
    leading, drawn = summary.leading, dict[str, list[str]]((kind, []) for kind in KINDS)
    for number, (x, y) in places.items():
        kind = "best" if number == summary.best else "leading" if number in leading else "other"
        drawn[kind].append(element("circle", cx=x, cy=y, r=RADII[kind] * small, data_trial=str(number)))
    groups = (
        element("g", "".join(drawn[kind]), class_=f"dots {kind}", **own)
        for kind, own in KINDS.items()
        if drawn[kind]
    )
    return "".join(groups)
