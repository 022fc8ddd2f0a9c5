"""A study as HTML for notebooks, and the parts of such HTML: no style sheets, light and dark themes.

Front ends strip style sheets and style tables and text themselves, so every element has its own style. Text
and lines are shades of the theme's colour; the few other colours stand out on white and on black.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.units import counted
from hypertemplate.views.curves.shown_metric import (
    expected_reports,
    preferred_metrics,
    reported_values,
    shown_metric,
)
from hypertemplate.views.curves.svg import svg_sparkline
from hypertemplate.views.curves.text_chart import bounds
from hypertemplate.views.early_stops import early_stops_text
from hypertemplate.views.objective_text import epoch_text, objective_name, result
from hypertemplate.views.summary import framework_text, lost_trials
from hypertemplate.views.text import cut, plain
from hypertemplate.views.trial_line import short, source_values

VALUE_WIDTH = 48
"""Most characters of one value."""

ROWS = 50
"""Most trials that a table shows."""

BLOCK = (
    "margin:4px 0;font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:13px;line-height:1.5"
    ";color:var(--jp-ui-font-color1,var(--vscode-editor-foreground,inherit))"
)
FAINT = "opacity:.65"
GOOD = "#2e9e5b"
BAD = "#e0524d"
BAR = "#4c8fd6"
LINE = "1px solid rgba(128,128,128,.3)"
CELL = "padding:1px 14px 1px 0;white-space:nowrap;background:none;border:0;font-variant-numeric:tabular-nums"


def study_html(study: Study) -> str:
    """Render a table of trials: the best first and marked, then those without a loss, by number."""
    trials = ranked(study)
    shown = trials[:ROWS]
    values = [source_values(study, trial.params, digits=4) for trial in shown]
    labels = [d.label for d in study.space if any(d.label in row for row in values)]
    metric, curves = _curves(study, shown)
    heads = ["trial", _headed(study), *([f"{metric} curve"] if metric else []), "time", *labels]
    rows = [
        _row(study, trial, curves.get(trial.number, "") if metric else None, row, labels)
        for trial, row in zip(shown, values, strict=True)
    ]
    head = "".join(
        f'<th style="{CELL};text-align:left;font-weight:600">{in_text(text)}</th>' for text in heads
    )
    table = (
        '<table style="border-collapse:collapse;border:0;margin:4px 0;font-size:13px">'
        f'<thead><tr style="background:none;border-bottom:{LINE}">{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    lines = [div(in_text(_caption(study)), FAINT), div(table, "overflow-x:auto")]
    if saved := early_stops_text(study):
        lines.insert(1, div(in_text(saved), FAINT))
    if len(trials) > len(shown):
        lines.append(div(f"and {counted(len(trials) - len(shown), 'more trial')}", FAINT))
    return div("".join(lines), BLOCK)


def _curves(study: Study, trials: Sequence[Trial]) -> tuple[str, dict[int, str]]:
    """Draw the metric that says how good the trials are, on one scale: its name, and a curve for each trial.

    Of several fits of a trial that report it, the last one is drawn.
    """
    metric = shown_metric([curve for trial in trials for curve in trial.curves], preferred_metrics(study))
    if metric is None:
        return "", {}
    having = {
        trial.number: curve for trial in trials for curve in trial.curves if reported_values(curve, metric)
    }
    scale = bounds([value for curve in having.values() for value in reported_values(curve, metric)], far=0)
    drawn = {}
    for number, curve in having.items():
        values = reported_values(curve, metric)
        color = GOOD if study.best is not None and number == study.best.number else BAR
        drawn[number] = svg_sparkline(values, color, expected_reports(curve, len(values)), scale)
    return metric, drawn


def _headed(study: Study) -> str:
    """Name the number and its direction, for the head of a column."""
    aim = {True: " (maximised)", False: " (minimised)", None: ""}[study.maximize]
    return f"{objective_name(study)}{aim}"


def ranked(study: Study) -> list[Trial]:
    """Return the trials, the best first, then those without a loss, by number."""
    return sorted(
        study.trials,
        key=lambda trial: (math.inf if not study.counts(trial) else trial.loss or 0.0, trial.number),
    )


def _caption(study: Study) -> str:
    lost = lost_trials(study)
    trials = counted(len(study.trials), "trial") + (f" ({lost})" if lost else "")
    how = framework_text(study.versions)
    return f"{study.template}: {trials}, {study.algorithm}, seed {study.seed}" + (f" ({how})" if how else "")


def _row(study: Study, trial: Trial, curve: str | None, values: dict[str, str], labels: list[str]) -> str:
    best = trial == study.best
    failed = trial.state is TrialState.FAILED
    score = span(in_text(result(study, trial, ".5g")), f"color:{BAD}" if failed else "")
    epoch = epoch_text(study, trial)
    score += span(in_text(f" ({epoch})"), FAINT) if epoch else ""
    seconds = "" if trial.duration_s is None else f"{trial.duration_s:.1f}s"
    cells = [
        f"{trial.number}{' (best)' if best else ''}",
        score,
        *([] if curve is None else [curve]),
        seconds,
    ]
    for label in labels:
        used = label in values and label not in trial.not_read
        cells.append(in_text(cut(short(values[label]), VALUE_WIDTH)) if used else span("not used", FAINT))
    style = f"background:none;border-bottom:{LINE}" + (f";color:{GOOD};font-weight:600" if best else "")
    reason = f' title="{in_text(trial.error or "")}"' if failed else ""
    return (
        f'<tr style="{style}"{reason}>'
        + "".join(f'<td style="{CELL};text-align:left">{c}</td>' for c in cells)
        + "</tr>"
    )


def in_text(text: str) -> str:
    """Escape a user's text: one line, no terminal escapes, no HTML."""
    return html.escape(plain(text))


def div(content: str, style: str = "") -> str:
    """Return a block with a style."""
    return f'<div style="{style}">{content}</div>' if style else f"<div>{content}</div>"


def span(content: str, style: str) -> str:
    """Return text with a style."""
    return f'<span style="{style}">{content}</span>' if style else content
