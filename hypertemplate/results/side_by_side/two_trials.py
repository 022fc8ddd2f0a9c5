"""Two trials of a study side by side: results, values, metrics and curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hypertemplate.compiler.markers.drawn_values import represented
from hypertemplate.results.value_cells import value_cells
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Curve, Trial
from hypertemplate.views.curves.curve_charts import HEIGHT, MARKS, MOST_WIDTH, WIDTH, Marks
from hypertemplate.views.curves.shown_metric import preferred_metrics, reported_metrics, shown_metric
from hypertemplate.views.curves.text_chart import Line, text_chart
from hypertemplate.views.objective_text import objective_name
from hypertemplate.views.text import columns, cut, indented, plain
from hypertemplate.views.trial_line import reason_lines, seconds_text, source_values

Pair = tuple[Trial, Trial]

Row = tuple[str, str, str, str]
"""Name, the two values, and their difference if both are numbers."""

MOST = 200
"""Most characters of a value."""


def two_trials_lines(
    kept: Kept,
    pair: Pair,
    width: int | None = None,
    marks: Marks = MARKS,
    metrics: Sequence[str] = (),
    wished: str | None = None,
) -> list[str]:
    """Show two trials side by side: the values that differ, the metrics, and the curves in one chart.

    Args:
        kept: record of the study.
        pair: the trials.
        width: columns of the terminal; None: no wrapping.
        marks: characters of charts.
        metrics: metrics to draw; by default the one that says how good a trial is.
        wished: metric that the search was told to watch, or None.
    """
    heads = ("", *(f"trial {trial.number}{_best(kept, trial, marks)}" for trial in pair), "difference")
    values = _value_rows(kept, pair)
    differing = [(*row, "") for row in values if row[1] != row[2]]
    same = [f"{name}={text}" for name, text, other in values if text == other]
    parts: list[tuple[str, list[Row]]] = [
        ("", _result_rows(kept, pair)),
        ("values", differing),
        ("metrics", _metric_rows(pair)),
    ]
    table = [heads]
    for head, rows in parts:
        table += [("", "", "", ""), (head, "", "", "")] if head and rows else []
        table += [(f"  {name}" if head else name, *cells) for name, *cells in rows]
    lines = columns(table, width=width, flexible=(1, 2))
    if same:
        lines += ["", *indented([f"the same in both: {', '.join(same)}"], width, "")]
    elif not differing:
        lines += ["", "neither of them has drawn a value"]
    for trial in pair:
        if trial.error is not None:
            lines += [
                "",
                *indented([f"trial {trial.number}: {line}" for line in reason_lines(trial)[:1]], width, ""),
            ]
    return [*lines, *_charts(kept, pair, width, marks, metrics, wished)]


def _best(kept: Kept, trial: Trial, marks: Marks) -> str:
    return f" {marks.best} best" if trial == kept.study.winner else ""


def _result_rows(kept: Kept, pair: Pair) -> list[Row]:
    """Return the rows of what came of both: state, number, time, and what makes them incomparable."""
    study = kept.study
    losses = [trial.loss if study.counts(trial) and not trial.left_out else None for trial in pair]
    scores = [None if loss is None else study.score(loss) for loss in losses]
    texts = [
        trial.state.value.lower() if one is None else f"{one:.6g}"
        for trial, one in zip(pair, scores, strict=True)
    ]
    rows: list[Row] = [
        _row("state", pair, lambda trial: trial.state.value.lower()),
        (objective_name(study), texts[0], texts[1], _difference(scores[0], scores[1])),
        _row("time", pair, seconds_text),
        _row("epochs", pair, _length),
    ]
    if pair[0].generation != pair[1].generation:
        rows.append(_row("code", pair, lambda trial: f"version {trial.generation + 1}"))
    if any(trial.left_out for trial in pair):
        rows.append(_row("left out", pair, lambda trial: plain(trial.left_out) or "-"))
    return [row for row in rows if {row[1], row[2]} != {"-"}]


def _row(name: str, pair: Pair, text: Callable[[Trial], str]) -> Row:
    return name, text(pair[0]), text(pair[1]), ""


def _length(trial: Trial) -> str:
    return str(trial.counting.count) if trial.counting.count else "-"


def _value_rows(kept: Kept, pair: Pair) -> list[tuple[str, str, str]]:
    """Return each label with its value in both trials, as far as these have read it."""
    texts = [_values(kept, trial) for trial in pair]
    labels = [label for label in _labels(kept, pair) if any(label in one for one in texts)]
    first, second = ([cut(one.get(label, "not read"), MOST) for label in labels] for one in texts)
    return [*zip(map(plain, labels), first, second, strict=True)]


def _labels(kept: Kept, pair: Pair) -> list[str]:
    spaces = (kept.study_of(trial).space for trial in pair)
    return [*dict.fromkeys(dimension.label for space in spaces for dimension in space)]


def _values(kept: Kept, trial: Trial) -> dict[str, str]:
    """Return the values of a trial as source text; of those that had no effect, what became of them."""
    space = kept.study_of(trial).space
    cells, merged = value_cells(space, trial), represented(space, trial.params)
    return {
        label: text if cells[label].state in ("read", "pending") else f"{text} ({cells[label].state})"
        for label, text in source_values(kept.study_of(trial), trial.params, digits=6).items()
        if label not in merged and cells[label].state != "inactive"
    }


def _metric_rows(pair: Pair) -> list[Row]:
    names = dict.fromkeys(name for trial in pair for name in trial.metrics)
    numbers = {name: (pair[0].metrics.get(name), pair[1].metrics.get(name)) for name in names}
    return [
        (plain(name), _number(both[0]), _number(both[1]), _difference(*both))
        for name, both in numbers.items()
    ]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"


def _difference(first: float | None, second: float | None) -> str:
    """Return the second number less the first; empty if one of them is missing or not finite."""
    if first is None or second is None or not math.isfinite(second - first):
        return ""
    return "0" if second == first else f"{second - first:+.4g}"


def _charts(
    kept: Kept, pair: Pair, width: int | None, marks: Marks, metrics: Sequence[str], wished: str | None
) -> list[str]:
    """Draw metrics of the fits that count in one chart each."""
    curves = [trial.counting for trial in pair]
    shown = shown_metric(curves, preferred_metrics(kept.study, wished))
    lines = []
    for name in metrics or filter(None, (shown,)):
        drawn = [
            (Line(_points(curve, name), mark), f"{mark} trial {trial.number}")
            for trial, curve, mark in zip(pair, curves, (marks.other, marks.best), strict=True)
            if name in reported_metrics([curve])
        ]
        legend = "  ".join(said for _, said in drawn)
        unit = curves[0].unit if curves[0].reports else curves[1].unit
        chart = text_chart([line for line, _ in drawn], min(width or WIDTH, MOST_WIDTH), HEIGHT, marks.frame)
        lines += ["", *indented([f"{plain(name)} by {unit}: {legend}"], width, ""), *chart]
    return lines


def _points(curve: Curve, metric: str) -> list[tuple[float, float]]:
    return [
        (number, report.metrics[metric])
        for number, report in zip(curve.numbers, curve.reports, strict=True)
        if metric in report.metrics
    ]
