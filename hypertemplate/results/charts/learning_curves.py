"""Learning curves of all trials: the best one over the others, those that were stopped early in grey."""

from __future__ import annotations

from hypertemplate.results.charts.chart_axes import count_axis, number_axis
from hypertemplate.results.charts.plot_frame import PlotFrame
from hypertemplate.results.charts.svg_elements import ACCENT, GOOD, Attribute, element, points
from hypertemplate.results.summary import Summary
from hypertemplate.results.trial_summaries import TrialSummary
from hypertemplate.units import counted

FAR = 2.0
"""Multiple of the spread of nearly all values beyond which one is drawn at the edge."""

FEW = 30
"""Number of curves that can be told apart."""

KINDS: dict[str, dict[str, Attribute]] = {
    "stopped": {"stroke": "currentColor", "stroke_opacity": ".3", "stroke_width": 1},
    "other": {"stroke": ACCENT, "stroke_opacity": ".35", "stroke_width": 1.2},
    "leading": {"stroke": ACCENT, "stroke_opacity": ".9", "stroke_width": 1.6},
    "best": {"stroke": GOOD, "stroke_width": 2.6},
}
"""Attributes of the kinds of curves, in the order in which they lie over each other."""


def curves_chart(summary: Summary, metric: str) -> str:
    """Draw the curves of a metric; empty where no fit has reported it."""
    having = [trial for trial in summary.trials if metric in trial.curves]
    if not having:
        return ""
    every = [point for trial in having for point in trial.curves[metric]]
    across = count_axis(having[0].unit, min(x for x, _ in every), max(x for x, _ in every))
    frame = PlotFrame(across, number_axis(metric, [y for _, y in every], FAR))
    leading = summary.leading
    drawn = dict[str, list[str]]((kind, []) for kind in KINDS)
    for trial in having:
        kind = "best" if trial.number == summary.best else _kind(trial, leading)
        drawn[kind].append(_curve(trial, metric, frame))
    kinds = {kind: {**own, **_faded(own, len(having))} for kind, own in KINDS.items()}
    groups = (
        element(
            "g", "".join(drawn[kind]), class_=f"curves {kind}", fill="none", stroke_linejoin="round", **own
        )
        for kind, own in kinds.items()
        if drawn[kind]
    )
    said = f"{metric} of {counted(len(having), 'trial')} by {having[0].unit}"
    return frame.drawn(said, "".join(groups))


def _faded(own: dict[str, Attribute], count: int) -> dict[str, Attribute]:
    """Return the opacity of one of very many curves, which together would hide each other."""
    opacity = float(own.get("stroke_opacity") or 1.0)
    return (
        {"stroke_opacity": f"{max(0.1, opacity * (FEW / count) ** 0.5):.2f}"}
        if count > FEW and opacity < 0.5
        else {}
    )


def _kind(trial: TrialSummary, leading: frozenset[int]) -> str:
    if trial.state in ("pruned", "failed"):
        return "stopped"
    return "leading" if trial.number in leading else "other"


def _curve(trial: TrialSummary, metric: str, frame: PlotFrame) -> str:
    """Return the curve of a trial; one with a single point is a short line."""
    places = [frame.at(x, y) for x, y in trial.curves[metric]]
    if len(places) == 1:
        x, y = places[0]
        places = [(x - 2, y), (x + 2, y)]
    return element("polyline", points=points(places), data_trial=str(trial.number))
