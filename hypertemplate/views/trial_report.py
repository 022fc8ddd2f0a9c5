"""One trial as lines of text: its result, values, metrics, curves, output and files; nothing here reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hypertemplate.origin import UNKNOWN
from hypertemplate.search.study import Curve, Study, Trial, TrialRun
from hypertemplate.units import counted, size_text
from hypertemplate.views.confirmed_table import again_text, identical_text
from hypertemplate.views.curves.curve_charts import MARKS, Marks, trial_curves
from hypertemplate.views.curves.shown_metric import (
    preferred_metrics,
    reported_metrics,
    reported_values,
    shown_metric,
)
from hypertemplate.views.curves.sparkline import sparkline
from hypertemplate.views.study_text import value_lines
from hypertemplate.views.text import columns, fitted, indented, plain, plain_lines
from hypertemplate.views.trial_line import seconds_text, untraced_reason

SPARK_WIDTH = 40
"""Most characters of a line of blocks."""


@dataclass(frozen=True, slots=True)
class TrialFiles:
    """Files that a trial left.

    Attributes:
        folder: path of its folder.
        output: last lines that it printed.
        sizes: sizes in bytes by the path of a file below the folder.
        model: path of its model, or an empty string.
    """

    folder: str
    output: str
    sizes: dict[str, int]
    model: str = ""


def trial_report(
    study: Study,
    trial: Trial,
    files: TrialFiles,
    width: int | None = None,
    marks: Marks = MARKS,
    metrics: Sequence[str] = (),
    wished: str | None = None,
) -> list[str]:
    """Describe one trial of a study.

    Args:
        study: study with the trials that ended.
        trial: the trial.
        files: what it left.
        width: columns of the terminal; None: no wrapping.
        marks: characters of charts.
        metrics: metrics of a fit to draw; by default the one that says how good the trial is.
        wished: metric that the search was told to watch, or None.
    """
    name = f"trial {trial.number} of {plain(study.template)}"
    lines = indented([f"{name}: {trial.state.value.lower()}, {_when(trial)}"], width, "")
    lines += value_lines(study, trial, "", width)
    if trial.left_out:
        lines += ["", *indented([f"left out: {plain(trial.left_out)}"], width, "")]
    if trial.error is not None and (reason := untraced_reason(trial)):
        lines += ["", *indented(reason, width, "")]
    lines += _part("runs", columns(run_rows(study, trial.runs)), width)
    for one in (one for one in study.confirmed if one.trial.number == trial.number):
        lines += _part("runs again", columns(run_rows(study, one.runs)), width)
        again = again_text(study, one)
        said = identical_text(again, len(one.runs)) if one.is_identical else f"again {again}"
        lines += indented([said], width, "  ")
    if trial.folds:
        lines += [
            "",
            *indented([f"losses: {', '.join(_score(study, loss) for loss in trial.folds)}"], width, ""),
        ]
    lines += _part("traceback", plain_lines(trial.traceback), width)
    preferred = preferred_metrics(study, wished)
    for curve in trial.curves:
        which = f" {curve.fit + 1}" if len(trial.curves) > 1 else ""
        chosen = metrics or [*filter(None, [shown_metric([curve], preferred)])]
        lines += _part(
            f"fit{which}{' of run 1' if trial.runs else ''}: {_length(curve)}",
            curve_lines(curve, chosen, width, marks, _of_fit(study, trial)),
            None,
        )
    lines += _part(f"last output of trial {trial.number}", plain_lines(files.output), width)
    sizes = [(plain(path), size_text(size)) for path, size in sorted(files.sizes.items())]
    lines += _part(
        f"files in {plain(files.folder)}", columns(sizes, width=_room(width), flexible=(0,)), width
    )
    return [*lines, "", *indented([f"model: {plain(files.model)}"], width, "")] if files.model else lines


def run_rows(study: Study, runs: Sequence[TrialRun]) -> list[tuple[str, ...]]:
    """Return a row for each run of a trial: its number, its result, and the seconds that it took."""
    rows: list[tuple[str, ...]] = []
    for run in runs:
        said = plain_lines(run.error or "it failed")[0] if run.loss is None else _score(study, run.loss)
        took = "" if run.duration_s is None else f"{run.duration_s:.1f}s"
        folds = f"mean of {', '.join(_score(study, loss) for loss in run.folds)}" if run.folds else ""
        rows.append((f"run {run.number + 1}", said, took, folds))
    return rows


def _score(study: Study, loss: float) -> str:
    return f"{study.score(loss):.6g}"


def _of_fit(study: Study, trial: Trial) -> str:
    """Return the metric of the fit that trials are judged by; empty where the code returns a number."""
    known = (one.origin for one in (trial, study.best) if one is not None and one.origin.name)
    origin = next(known, UNKNOWN)
    return origin.name if origin.where == "fit" else ""


def _length(curve: Curve) -> str:
    """Say how long a fit was: ``10 epochs``, or ``10 of 200 epochs`` if it ended before."""
    if not curve.epochs or curve.unit == "step" or curve.count >= curve.epochs:
        return counted(curve.count, curve.unit)
    return f"{curve.count} of {counted(curve.epochs, curve.unit)}"


def curve_lines(
    curve: Curve, metrics: Sequence[str], width: int | None, marks: Marks, objective: str = ""
) -> list[str]:
    """Draw metrics of a fit as charts, and below them each metric as a line of blocks between its ends."""
    room = _room(width)
    known = reported_metrics([curve])
    lines = [line for one in metrics if one in known for line in (*trial_curves(curve, one, room, marks), "")]
    rows = [("", "first", "", "last")] if known else []
    named = max(map(len, map(plain, known)), default=0) + len(" (the objective)")
    # Blocks in two lines would be no curve.
    spark_width = SPARK_WIDTH if room is None else max(8, min(SPARK_WIDTH, room - named - 2 * 8 - 3 * 2))
    for name in known:
        values = [metrics.get(name, math.nan) for metrics in curve.finite]
        finite = reported_values(curve, name)
        said = " (the objective)" if name == objective else ""
        drawn = sparkline(values, spark_width, marks.blocks)
        first, last = (fitted(finite[place], 8, "", 4) for place in (0, -1))
        rows.append((plain(name) + said, first, drawn, last))
    return [*lines, *columns(rows, width=room, flexible=(2,))]


def _when(trial: Trial) -> str:
    if trial.equal_to is not None:
        return f"= trial {trial.equal_to}, which read the same values; it did not run"
    started = trial.started_at.replace("T", " ")[:19]
    took = "" if trial.duration_s is None else f", took {seconds_text(trial)}"
    return f"started {started or 'at an unknown time'}{took}, worker {trial.worker}"


def _part(head: str, lines: Sequence[str], width: int | None) -> list[str]:
    return ["", *indented([head], width, ""), *indented(lines, width, "  ")] if lines else []


def _room(width: int | None) -> int | None:
    """Return the columns of the terminal for the lines of a part."""
    return None if width is None else width - 2
