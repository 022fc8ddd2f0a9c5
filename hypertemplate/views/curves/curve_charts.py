"""Learning curves of a study and of a trial as charts of characters, with a line for each below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.views.curves.scales import bounds
from hypertemplate.views.curves.shown_metric import reported_metrics, reported_values
from hypertemplate.views.curves.sparkline import ASCII_BLOCKS, BLOCKS, sparkline
from hypertemplate.views.curves.text_chart import ASCII_FRAME, FRAME, Frame, Line, text_chart
from hypertemplate.views.objective_text import objective_name, place_number
from hypertemplate.views.text import decimals_of, fitted, indented, on_point, plain
from hypertemplate.views.trial_columns import result_text

WIDTH = 76
"""Columns of a chart where nothing limits them."""

MOST_WIDTH = 100
"""Most columns of a chart."""

HEIGHT, LOW_HEIGHT = 13, 9
"""Rows of the chart of a study, and of a trial."""

SPARK_WIDTH = 24

FAR = 2.0
"""Multiple of the spread of nearly all values of all trials beyond which one is drawn at the edge."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Characters of charts.

    Attributes:
        best: mark of the line that counts.
        other: mark of the others.
        stopped: end of a trial that was stopped early or failed.
        blocks: blocks of a sparkline.
        frame: axes.
    """

    best: str
    other: str
    stopped: str
    blocks: str
    frame: Frame


MARKS = Marks("●", "·", "x", BLOCKS, FRAME)
ASCII_MARKS = Marks("#", ".", "x", ASCII_BLOCKS, ASCII_FRAME)


def study_curves(
    study: Study, trials: Sequence[Trial], metric: str, width: int | None = None, marks: Marks = MARKS
) -> list[str]:
    """Draw a metric of all trials in one chart, the best trial over the others, and list them below it.

    Args:
        study: study of the trials.
        trials: trials to draw, in the order of the list.
        metric: name of the metric.
        width: columns of the terminal; None: no limit.
        marks: characters.
    """
    curves = [(trial, curve) for trial in trials for curve in trial.curves if reported_values(curve, metric)]
    best = study.winner
    others = [(trial, curve) for trial, curve in curves if trial != best]
    lines = [
        Line(_points(curve, metric), marks.other, marks.stopped if _is_stopped(trial) else "")
        for trial, curve in others
    ]
    own = [curve for trial, curve in curves if trial == best]
    lines += [Line(_points(curve, metric), marks.best) for curve in own]
    legend = [f"{marks.best} trial {best.number} (best)"] if best is not None and own else []
    legend += [f"{marks.other} {'others' if own else 'all trials'}"] if others else []
    if ends := dict.fromkeys(trial.state.value.lower() for trial, _ in others if _is_stopped(trial)):
        legend.append(f"{marks.stopped} {' or '.join(sorted(ends))}")
    chart = text_chart(lines, _width(width), HEIGHT, marks.frame, FAR)
    head = indented([f"{plain(metric)} by {curves[0][1].unit}: {'  '.join(legend)}"], width, "")
    return [*head, *chart, "", *_list(study, curves, metric, width, marks)]


def _list(
    study: Study, curves: Sequence[tuple[Trial, Curve]], metric: str, width: int | None, marks: Marks
) -> list[str]:
    """List the curves, on one scale: trial, result, fit, epochs, last value, sparkline."""
    scale = bounds([value for _, curve in curves for value in reported_values(curve, metric)], far=0)
    longest = max(max(curve.epochs or 0, curve.count) for _, curve in curves)
    several = any(len(trial.curves) > 1 for trial, _ in curves)
    heads = ("trial", objective_name(study), *(["fit"] if several else []), curves[0][1].unit)
    rows = []
    for trial, curve in curves:
        fit = [str(curve.fit + 1)] if several else []
        epoch = place_number(curve.unit, curve.numbers[-1], curve.epochs)
        value = fitted(reported_values(curve, metric)[-1], 8, "", 4)
        rows.append((str(trial.number), result_text(study, trial).strip(), *fit, epoch, value))
    fronts = _aligned((*heads, f"last {plain(metric)}"), rows)
    room = SPARK_WIDTH if width is None else min(SPARK_WIDTH, width - len(fronts[0]) - 4)
    lines = fronts[:1]
    for (trial, curve), front in zip(curves, fronts[1:], strict=True):
        values = reported_values(curve, metric)
        spark = sparkline(values, max(1, room), marks.blocks, total=longest, bounds=scale)
        lines.append(f"{front}  {spark}" + (f" {marks.best}" if trial == study.winner else ""))
    return lines


def _aligned(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Format heads and rows as lines, aligned to the right, the points of numbers below each other."""
    columns = []
    for cells in zip(*rows, strict=True):
        decimals = max(map(decimals_of, cells))
        columns.append([on_point(cell, decimals) for cell in cells])
    table = [heads, *zip(*columns, strict=True)]
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    return ["  ".join(map(str.rjust, row, widths)) for row in table]


def trial_curves(curve: Curve, metric: str, width: int | None = None, marks: Marks = MARKS) -> list[str]:
    """Draw a metric of a fit, and beside it the same of the training, or of the validation, data."""
    other = metric.removeprefix("val_") if metric.startswith("val_") else f"val_{metric}"
    pair = [name for name in (other, metric) if name in reported_metrics([curve])]
    lines = [Line(_points(curve, name), marks.best if name == metric else marks.other) for name in pair]
    legend = "  ".join(f"{line.mark} {plain(name)}" for line, name in zip(lines, pair, strict=True))
    return [legend, *text_chart(lines, _width(width), LOW_HEIGHT, marks.frame)]


def _points(curve: Curve, metric: str) -> list[tuple[float, float]]:
    return [
        (number, report.metrics[metric])
        for number, report in zip(curve.numbers, curve.reports, strict=True)
        if metric in report.metrics
    ]


def _is_stopped(trial: Trial) -> bool:
    return trial.state in (TrialState.PRUNED, TrialState.FAILED)


def _width(width: int | None) -> int:
    return min(width or WIDTH, MOST_WIDTH)
