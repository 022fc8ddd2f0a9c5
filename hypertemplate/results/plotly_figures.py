"""Figures of Plotly, for notebooks and papers of the user's own: the one file that imports it.

Places and ticks are those of our own charts: what a trial did not read has a tick of its own, also where
Plotly has no gaps, and logarithmic axes are logarithmic in its parallel coordinates too.
"""

from __future__ import annotations

from typing import Any

from hypertemplate.errors import UsageError
from hypertemplate.exports.extras import extra
from hypertemplate.results.charts.chart_axes import ChartAxis, axis_of
from hypertemplate.results.charts.svg_elements import ACCENT, GOOD
from hypertemplate.results.importance import Importance
from hypertemplate.results.parameter_axes import ParameterAxis
from hypertemplate.results.summary import Summary
from hypertemplate.results.trial_summaries import TrialSummary
from hypertemplate.results.value_cells import NOT_READ
from hypertemplate.views.text import plain

GREY = "rgba(128,128,128,.55)"
"""Colour of trials that are not among the best."""

NO_NUMBER = "no trial has a number to draw yet"


def _graphs() -> Any:
    with extra("plot", "Plotly"):
        import plotly.graph_objects as graphs

        return graphs


def history_figure(summary: Summary) -> Any:
    """Return the numbers of the trials, and the best so far, as a figure.

    Raises:
        UsageError: Plotly is not installed, or no trial has a number.
    """
    graphs = _graphs()
    judged = _judged(summary)
    figure = graphs.Figure()
    figure.add_scatter(
        x=[trial.number for trial in judged],
        y=[trial.value for trial in judged],
        mode="markers",
        name="trials",
        marker={"color": [_color(summary, trial) for trial in judged]},
        text=[_name(trial) for trial in judged],
        hoverinfo="text+y",
    )
    if best := summary.best_so_far:
        last = max(trial.number for trial in summary.trials)
        steps = [*best, (last, best[-1][1])]
        figure.add_scatter(
            x=[number for number, _ in steps],
            y=[value for _, value in steps],
            mode="lines",
            name="best so far",
            line={"color": ACCENT, "shape": "hv"},
        )
    return figure.update_layout(xaxis_title="trial", yaxis_title=plain(summary.objective))


def curves_figure(summary: Summary) -> Any:
    """Return the learning curves of the trials as a figure, those of pruned and failed trials in grey.

    Raises:
        UsageError: Plotly is not installed, or no fit has reported a curve.
    """
    graphs = _graphs()
    if not summary.metrics:
        raise UsageError("no fit has reported a curve to draw")
    metric = summary.metrics[0]
    having = [trial for trial in summary.trials if metric in trial.curves]
    figure = graphs.Figure()
    for trial in having:
        stopped = trial.state in ("pruned", "failed")
        figure.add_scatter(
            x=[number for number, _ in trial.curves[metric]],
            y=[value for _, value in trial.curves[metric]],
            mode="lines" if len(trial.curves[metric]) > 1 else "markers",
            name=_name(trial),
            line={"color": GREY if stopped else _color(summary, trial, ACCENT), "width": 1.5},
            opacity=1.0 if trial.number == summary.best else 0.6,
        )
    return figure.update_layout(xaxis_title=having[0].unit, yaxis_title=plain(metric), showlegend=False)


def importance_figure(importance: Importance) -> Any:
    """Return the importance of the parameters as a figure of bars.

    Raises:
        UsageError: Plotly is not installed, or nothing is known of the importance; the message says why.
    """
    graphs = _graphs()
    if not importance.shares:
        raise UsageError(importance.reason)
    shown = [*reversed(importance.shares.items())]
    bars = graphs.Bar(
        x=[share for _, share in shown],
        y=[plain(label) for label, _ in shown],
        orientation="h",
        marker={"color": ACCENT},
    )
    layout = {"title": importance.method, "xaxis": {"title": "importance", "tickformat": ".0%"}}
    return graphs.Figure(bars, layout)


def parallel_figure(summary: Summary) -> Any:
    """Return the values of the trials as parallel coordinates; lines are coloured by the number.

    Raises:
        UsageError: Plotly is not installed, no trial has a number, or no parameter has several values.
    """
    graphs = _graphs()
    judged = _judged(summary)
    numbers = [trial.value or 0.0 for trial in judged]
    dimensions = [_dimension(axis, judged) for axis in summary.searched]
    if not dimensions:
        raise UsageError("no parameter is searched, so there are no values to draw")
    dimensions.append({"label": plain(summary.objective), "values": numbers})
    better = summary.direction == "maximize"
    line = {"color": numbers, "colorscale": "Blues" if better else "Blues_r", "showscale": True}
    return graphs.Figure(graphs.Parcoords(dimensions=dimensions, line=line))


def slice_figure(summary: Summary, label: str) -> Any:
    """Return the numbers of the trials against their values of one parameter.

    Raises:
        UsageError: Plotly is not installed, no trial has a number, or no parameter has this label.
    """
    graphs = _graphs()
    judged = _judged(summary)
    parameter = next((axis for axis in summary.axes if axis.label == label), None)
    if parameter is None:
        known = ", ".join(plain(axis.label) for axis in summary.axes)
        raise UsageError(f"label must be that of a parameter, got {label!r}; there are {known}", "label")
    axis = _chart_axis(parameter, judged)
    figure = graphs.Figure(
        graphs.Scatter(
            x=[axis.place(trial.cells[label]) for trial in judged],
            y=[trial.value for trial in judged],
            mode="markers",
            marker={"color": [_color(summary, trial) for trial in judged]},
            text=[_hover(trial, label) for trial in judged],
            hoverinfo="text+y",
        )
    )
    figure.update_xaxes(title=plain(label), range=[0, 1], **_ticks(axis))
    return figure.update_yaxes(title=plain(summary.objective))


def _judged(summary: Summary) -> tuple[TrialSummary, ...]:
    if not summary.judged:
        raise UsageError(NO_NUMBER)
    return summary.judged


def _chart_axis(parameter: ParameterAxis, judged: tuple[TrialSummary, ...]) -> ChartAxis:
    return axis_of(parameter, has_unread=any(not trial.cells[parameter.label].is_read for trial in judged))


def _dimension(parameter: ParameterAxis, judged: tuple[TrialSummary, ...]) -> dict[str, Any]:
    axis = _chart_axis(parameter, judged)
    values = [axis.place(trial.cells[parameter.label]) for trial in judged]
    return {"label": plain(parameter.label), "values": values, "range": [0, 1], **_ticks(axis)}


def _ticks(axis: ChartAxis) -> dict[str, list[Any]]:
    return {
        "tickvals": [share for share, _ in axis.marks],
        "ticktext": [plain(text) for _, text in axis.marks],
    }


def _color(summary: Summary, trial: TrialSummary, other: str = GREY) -> str:
    if trial.number == summary.best:
        return GOOD
    return ACCENT if trial.number in summary.leading else other


def _name(trial: TrialSummary) -> str:
    return f"trial {trial.number}"


def _hover(trial: TrialSummary, label: str) -> str:
    cell = trial.cells[label]
    return f"{_name(trial)}: {plain(cell.text) if cell.is_read else NOT_READ}"
