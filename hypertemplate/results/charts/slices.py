"""Slices: the number of each trial against its value of one parameter."""

from __future__ import annotations

from hypertemplate.results.charts.chart_axes import axis_of, number_axis
from hypertemplate.results.charts.plot_frame import PlotFrame
from hypertemplate.results.charts.spread import spread
from hypertemplate.results.charts.trial_marks import trial_dots
from hypertemplate.results.parameter_axes import ParameterAxis
from hypertemplate.results.summary import Summary

WIDTH, HEIGHT = 352.0, 250.0
"""Size in pixels."""


def slice_chart(summary: Summary, parameter: ParameterAxis) -> str:
    """Draw a slice; trials that did not read the value have a tick of their own. Empty without any number."""
    judged = summary.judged
    if not judged:
        return ""
    cells = {trial.number: trial.cells[parameter.label] for trial in judged}
    across = axis_of(parameter, has_unread=any(not cell.is_read for cell in cells.values()))
    up = number_axis(summary.objective, [trial.value for trial in judged if trial.value is not None])
    frame = PlotFrame(across, up, WIDTH, HEIGHT)
    places = {
        trial.number: (
            frame.x(across.place(cell) + spread(across, cell, trial.number)),
            frame.y(up.share(trial.value or 0.0)),
        )
        for trial in judged
        for cell in (cells[trial.number],)
    }
    return frame.drawn(
        f"{summary.objective} of each trial by its value of {parameter.label}", trial_dots(summary, places)
    )
