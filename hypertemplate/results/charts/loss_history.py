"""Optimization history: the number of each trial, and the best one so far."""

from __future__ import annotations

from collections.abc import Iterator

from hypertemplate.results.charts.chart_axes import count_axis, number_axis
from hypertemplate.results.charts.plot_frame import PlotFrame
from hypertemplate.results.charts.svg_elements import ACCENT, BAD, element, label, line, points
from hypertemplate.results.charts.trial_marks import trial_dots
from hypertemplate.results.summary import Summary
from hypertemplate.units import counted


def history_chart(summary: Summary) -> str:
    """Draw the trials by number, with those without one as ticks below; empty without any number."""
    judged = summary.judged
    if not judged:
        return ""
    last = max(trial.number for trial in summary.trials)
    up = number_axis(summary.objective, [trial.value for trial in judged if trial.value is not None])
    frame = PlotFrame(count_axis("trial", 0, last), up)
    places = {t.number: frame.at(t.number, t.value) for t in judged if t.value is not None}
    return frame.drawn(
        said_of(summary),
        "".join(
            (
                *_default(summary, frame),
                trial_dots(summary, places),
                *_best_so_far(summary, frame, last),
                *_others(summary, frame),
            )
        ),
    )


def said_of(summary: Summary) -> str:
    """Describe the history in a sentence, for those who do not see it."""
    text = f"{summary.objective} of {counted(len(summary.judged), 'trial')} by number"
    found = summary.best_so_far
    return f"{text}; the best one is {found[-1][1]:.6g}, in trial {found[-1][0]}" if found else text


def _best_so_far(summary: Summary, frame: PlotFrame, last: int) -> Iterator[str]:
    found = summary.best_so_far
    if not found:
        return
    path, before = [], found[0][1]
    for number, value in found:
        path += [frame.at(number, before), frame.at(number, value)]
        before = value
    path.append(frame.at(last, before))
    yield element(
        "polyline", class_="best line", points=points(path), fill="none", stroke=ACCENT, stroke_width=2
    )


def _default(summary: Summary, frame: PlotFrame) -> Iterator[str]:
    """Yield the number of the values in the file as a line, if it is on the chart."""
    trial = summary.default_trial
    if trial is None or trial not in summary.judged or trial.value is None:
        return
    y = frame.y(frame.up.share(trial.value))
    left, right = frame.x(0), frame.x(1)
    yield line(left, y, right, y, class_="default", stroke_dasharray="5 4", stroke_opacity=".6")
    yield label(summary.default_name, right, y - 5, "end", fill_opacity=".75", font_size="11")


def _others(summary: Summary, frame: PlotFrame) -> Iterator[str]:
    """Yield trials without a number as ticks on the axis of trials."""
    judged = {trial.number for trial in summary.judged}
    bottom = frame.y(0)
    for trial in summary.trials:
        if trial.number not in judged:
            x = frame.x(frame.across.share(trial.number))
            yield line(
                x,
                bottom,
                x,
                bottom - 7,
                class_=f"tick {trial.state}",
                stroke=BAD if trial.state == "failed" else "currentColor",
                stroke_opacity=".6",
                data_trial=str(trial.number),
            )
