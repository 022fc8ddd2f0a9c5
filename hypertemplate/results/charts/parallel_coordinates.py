"""Parallel coordinates: each trial is a line through its values, and ends at its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypertemplate.results.charts.chart_axes import ChartAxis, axis_of, number_axis
from hypertemplate.results.charts.cut_names import cut_name
from hypertemplate.results.charts.spread import spread
from hypertemplate.results.charts.svg_elements import (
    ACCENT,
    GOOD,
    Attribute,
    element,
    label,
    line,
    points,
    svg,
)
from hypertemplate.results.parameter_axes import ParameterAxis
from hypertemplate.results.summary import Summary
from hypertemplate.results.trial_summaries import TrialSummary
from hypertemplate.units import counted

HEIGHT, TOP, BOTTOM, SIDE = 380.0, 44.0, 16.0, 70.0
"""Height in pixels, and margins."""

LEAST_GAP, WIDTH = 118.0, 1120.0
"""Least distance of two axes, and least width of the chart where it has several."""

NAME_WIDTH = 17
"""Most characters of a name above an axis."""

KINDS: dict[str, dict[str, Attribute]] = {
    "other": {"stroke": "currentColor", "stroke_width": 1},
    "leading": {"stroke": ACCENT, "stroke_opacity": ".85", "stroke_width": 1.5},
    "best": {"stroke": GOOD, "stroke_width": 3},
}
"""Attributes of the kinds of lines, in the order in which they lie over each other."""

SPREAD = 0.35
"""Share of the spread of dots by which lines through one option stand apart."""

LEAST_OPACITY = 0.07
"""Opacity of one line where there are very many."""


def parallel_chart(summary: Summary, parameters: Sequence[ParameterAxis], width: float = WIDTH) -> str:
    """Draw the trials that have a number as lines; empty where there is none, or no parameter.

    Args:
        summary: the study.
        parameters: axes to draw, from left to right.
        width: width in pixels; more axes need more.
    """
    judged = summary.judged
    if not judged or not parameters:
        return ""
    axes = [
        *(axis_of(one, has_unread=any(not t.cells[one.label].is_read for t in judged)) for one in parameters),
        number_axis(summary.objective, [trial.value for trial in judged if trial.value is not None]),
    ]
    gap = max(LEAST_GAP, (width - 2 * SIDE) / (len(axes) - 1))
    gap = min(gap, 320.0)
    leading, drawn = summary.leading, dict[str, list[str]]((kind, []) for kind in KINDS)
    for trial in judged:
        kind = "best" if trial.number == summary.best else "leading" if trial.number in leading else "other"
        drawn[kind].append(_trial(trial, parameters, axes, gap))
    faint: dict[str, Attribute] = {
        "stroke_opacity": f"{min(0.5, max(LEAST_OPACITY, len(judged) ** -0.5)):.2f}"
    }
    kinds = {**KINDS, "other": {**KINDS["other"], **faint}}
    lines = (
        element("g", "".join(drawn[kind]), class_=f"lines {kind}", fill="none", **own)
        for kind, own in kinds.items()
        if drawn[kind]
    )
    over = "".join(part for number, axis in enumerate(axes) for part in _axis(axis, SIDE + number * gap))
    said = (
        f"values of {counted(len(judged), 'trial')} along {counted(len(parameters), 'parameter')}, "
        f"each with its {summary.objective}"
    )
    return svg(2 * SIDE + gap * (len(axes) - 1), HEIGHT, said, "".join(lines) + over)


def _trial(
    trial: TrialSummary, parameters: Sequence[ParameterAxis], axes: Sequence[ChartAxis], gap: float
) -> str:
    cells = [(axis, trial.cells[one.label]) for one, axis in zip(parameters, axes, strict=False)]
    shares = [axis.place(cell) + SPREAD * spread(axis, cell, trial.number) for axis, cell in cells]
    shares.append(axes[-1].share(trial.value or 0.0))
    places = ((SIDE + number * gap, _y(share)) for number, share in enumerate(shares))
    return element("polyline", points=points(places), data_trial=str(trial.number))


def _axis(axis: ChartAxis, x: float) -> Iterator[str]:
    low = _y(0.0) if not axis.has_unread else _y(axis.share(axis.scale.low))
    yield line(x, _y(1.0), x, low, class_="axis", stroke_opacity=".55")
    name = label(cut_name(axis.name, NAME_WIDTH), x, TOP - 18, "middle", class_="name", font_weight="600")
    yield name
    for share, text in axis.marks:
        y = _y(share)
        unread = axis.has_unread and share == axis.unread_share
        yield line(x - 4, y, x + 4, y, class_="axis", stroke_opacity=".55")
        yield label(
            text,
            x + 7,
            y + 4,
            class_="text halo",
            font_size="11",
            font_style="italic" if unread else None,
            fill_opacity=".7" if unread else None,
        )


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
