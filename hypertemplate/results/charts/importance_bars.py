"""Importance of parameters as bars."""

from __future__ import annotations

from collections.abc import Mapping

from hypertemplate.results.charts.cut_names import cut_name
from hypertemplate.results.charts.svg_elements import ACCENT, element, label, svg

WIDTH, ROW, NAME, SHARE = 480.0, 24.0, 180.0, 48.0
"""Width in pixels, height of a row, and the room for names and for numbers."""

NAME_WIDTH = 25
"""Most characters of a name."""


def importance_bars(shares: Mapping[str, float], most: int = 12) -> str:
    """Draw the shares of the `most` most important parameters, of 1 in all; empty without any."""
    shown = sorted(shares.items(), key=lambda item: -item[1])[:most]
    if not shown:
        return ""
    longest = max(share for _, share in shown) or 1.0
    rows = []
    for number, (name, share) in enumerate(shown):
        y = number * ROW
        room = WIDTH - NAME - SHARE
        rows.append(label(cut_name(name, NAME_WIDTH), NAME - 10, y + 16, "end"))
        rows.append(
            element(
                "rect",
                class_="bar",
                x=NAME,
                y=y + 4,
                width=max(1.0, room * share / longest),
                height=ROW - 9,
                rx=2,
                fill=ACCENT,
            )
        )
        rows.append(label(f"{share:.0%}", NAME + room * share / longest + 8, y + 16))
    said = ", ".join(f"{name} {share:.0%}" for name, share in shown)
    return svg(WIDTH, ROW * len(shown) + 4, f"importance: {said}", "".join(rows))
