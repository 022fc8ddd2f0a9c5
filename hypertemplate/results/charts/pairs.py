"""Pairs: the values of two parameters in the trials that read both."""

from __future__ import annotations

from hypertemplate.results.charts.chart_axes import axis_of
from hypertemplate.results.charts.plot_frame import PlotFrame
from hypertemplate.results.charts.spread import spread
from hypertemplate.results.charts.trial_marks import trial_dots
from hypertemplate.results.parameter_axes import ParameterAxis
from hypertemplate.results.summary import Summary

WIDTH, HEIGHT = 352.0, 280.0
"""Size in pixels."""


def pair_chart(summary: Summary, across: ParameterAxis, up: ParameterAxis) -> str:
    """Draw a pair of parameters; empty where no trial with a number has read both."""
    both = [
        (trial.number, trial.cells[across.label], trial.cells[up.label])
        for trial in summary.judged
        if trial.cells[across.label].is_read and trial.cells[up.label].is_read
    ]
    if not both:
        return ""
    first, second = axis_of(across), axis_of(up)
    frame = PlotFrame(first, second, WIDTH, HEIGHT)
    places = {
        number: (
            frame.x(first.place(one) + spread(first, one, number)),
            frame.y(second.place(other) + spread(second, other, number, turn=7)),
        )
        for number, one, other in both
    }
    return frame.drawn(
        f"{up.label} against {across.label} in {len(both)} trials", trial_dots(summary, places)
    )
