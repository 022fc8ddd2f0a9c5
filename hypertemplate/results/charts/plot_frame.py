"""Frame of a chart with two axes: the ticks and the names beside them, and where a pair of values stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.results.charts.chart_axes import ChartAxis
from hypertemplate.results.charts.cut_names import cut_name
from hypertemplate.results.charts.svg_elements import label, line, svg
from hypertemplate.views.text import cut

LEFT, RIGHT, TOP, BOTTOM = 68.0, 14.0, 26.0, 42.0
"""Margins in pixels."""

CHARACTER = 6.6
"""Width in pixels of a character of a label, about."""


@dataclass(frozen=True, slots=True)
class PlotFrame:
    """Frame of a chart.

    Attributes:
        across: horizontal axis.
        up: vertical axis.
        width: width in pixels, with the margins.
        height: height in pixels, with the margins.
    """

    across: ChartAxis
    up: ChartAxis
    width: float = 480.0
    height: float = 290.0

    def x(self, share: float) -> float:
        """Return the place in pixels of a share of the horizontal axis."""
        return LEFT + (self.width - LEFT - RIGHT) * share

    def y(self, share: float) -> float:
        """Return the place in pixels of a share of the vertical axis."""
        return self.height - BOTTOM - (self.height - TOP - BOTTOM) * share

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a pair of values."""
        return self.x(self.across.share(x)), self.y(self.up.share(y))

    def drawn(self, said: str, content: str) -> str:
        """Return the chart with its content over the axes."""
        return svg(self.width, self.height, said, "".join(self._axes()) + content)

    def _axes(self) -> Iterator[str]:
        bottom, left = self.height - BOTTOM, LEFT
        for share, text in self.up.marks:
            y = self.y(share)
            yield line(left, y, self.width - RIGHT, y, stroke_opacity=".12")
            yield label(cut(text, int((left - 8) / CHARACTER)), left - 8, y + 4, "end")
        for place, text in self._apart():
            yield line(place, bottom, place, bottom + 4)
            yield label(text, place, bottom + 18, "middle")
        yield line(left, bottom, self.width - RIGHT, bottom, stroke_opacity=".45")
        name = cut_name(self.up.name, int((self.width - 2 * RIGHT) / CHARACTER))
        yield label(name, RIGHT, 15, class_="name", fill_opacity=".75")
        across = cut_name(self.across.name, int((self.width - LEFT - RIGHT) / CHARACTER))
        yield label(across, self.width - RIGHT, self.height - 7, "end", class_="name", fill_opacity=".75")

    def _apart(self) -> Iterator[tuple[float, str]]:
        """Yield the horizontal ticks: one that would touch the one before it has no text."""
        end = 0.0
        for share, text in self.across.marks:
            place = self.x(share)
            half = len(text) * CHARACTER / 2
            fits = place - half > end
            end = place + half + 6 if fits else end
            yield place, text if fits else ""
