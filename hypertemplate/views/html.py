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
from hypertemplate.views.confirmed_table import HEADS, confirmed_cells, remarks
from hypertemplate.views.curves.scales import bounds
from hypertemplate.views.curves.shown_metric import (
    expected_reports,
    preferred_metrics,
    reported_values,
    shown_metric,
)
from hypertemplate.views.curves.svg import svg_sparkline
from hypertemplate.views.early_stops import early_stops_text
from hypertemplate.views.objective_text import objective_name
from hypertemplate.views.study_text import each_text, framework_text, lost_trials
from hypertemplate.views.text import decimals_of, on_point, plain
from hypertemplate.views.trial_columns import Column, trial_columns

ROWS = 50
"""Most trials that a table shows."""

RESULT = 1
"""Number of the column of results."""

DIGIT_SPACE = "\N{FIGURE SPACE}"
"""Space as wide as a digit."""

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
    """Render a table of trials: the best first and marked, then those without a loss, by number.

    Where there are too many, those that did not run, since the result of another one answers them, are not
    shown.
    """
    trials = ranked(study)
    shown = trials if len(trials) <= ROWS else ranked(study.without_equal)[:ROWS]
    columns = trial_columns(study)
    metric, curves = _curves(study, shown)
    heads = [(in_text(column.head), side(column)) for column in columns]
    heads[0] = (heads[0][0], "left")
    heads[RESULT] = (in_text(_headed(study)), "right")
    rows = []
    for trial, texts in zip(shown, cell_texts(columns, study, shown), strict=True):
        cells = [(text, side(column)) for text, column in zip(texts, columns, strict=True)]
        marks = [("best", study.winner), ("the defaults", study.default_trial)]
        said = ", ".join(mark for mark, marked in marks if trial == marked)
        cells[0] = (f"{texts[0]} ({said})" if said else texts[0], "left")
        curve = [(curves.get(trial.number, ""), "left")] if metric else []
        rows.append(_row(study, trial, [*cells[: RESULT + 1], *curve, *cells[RESULT + 1 :]]))
    heads[RESULT + 1 : RESULT + 1] = [(in_text(f"{metric} curve"), "left")] if metric else []
    head = "".join(f'<th style="{CELL};text-align:{at};font-weight:600">{text}</th>' for text, at in heads)
    table = (
        '<table style="border-collapse:collapse;border:0;margin:4px 0;font-size:13px">'
        f'<thead><tr style="background:none;border-bottom:{LINE}">{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    lines = [div(in_text(_caption(study)), FAINT), div(table, "overflow-x:auto"), *_confirmed(study)]
    if saved := early_stops_text(study):
        lines.insert(1, div(in_text(saved), FAINT))
    if len(trials) > len(shown):
        lines.append(div(f"and {counted(len(trials) - len(shown), 'more trial')}", FAINT))
    return div("".join(lines), BLOCK)


def _confirmed(study: Study) -> list[str]:
    """Render the trials that have run again, the best first, and what is to be known of them."""
    if not study.confirmed:
        return []
    rows = [HEADS, *(confirmed_cells(study, one) for one in study.confirmed)]
    cells = (
        "".join(f'<td style="{CELL};text-align:right">{in_text(text)}</td>' for text in row) for row in rows
    )
    shown = "".join(f'<tr style="background:none">{row}</tr>' for row in cells)
    style = "border-collapse:collapse;border:0;margin:4px 0;font-size:13px;color:inherit"
    return [
        f'<table style="{style}"><tbody>{shown}</tbody></table>',
        *(div(in_text(text), FAINT) for text in remarks(study)),
    ]


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
        color = GOOD if study.winner is not None and number == study.winner.number else BAR
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
    trials = counted(study.evaluations, "trial") + each_text(study) + (f" ({lost})" if lost else "")
    how = framework_text(study.versions)
    return f"{study.template}: {trials}, {study.algorithm}, seed {study.seed}" + (f" ({how})" if how else "")


def cell_texts(columns: Sequence[Column], study: Study, trials: Sequence[Trial]) -> list[list[str]]:
    """Return the cells of trials, escaped; in a column of numbers their points stand below each other."""
    found = []
    for column in columns:
        texts = [column.cell(study, trial) for trial in trials]
        decimals = max(map(decimals_of, texts), default=0) if column.right else 0
        blanks = [DIGIT_SPACE * (len(on_point(text, decimals)) - len(text)) for text in texts]
        found.append([in_text(text) + blank for text, blank in zip(texts, blanks, strict=True)])
    return [list(row) for row in zip(*found, strict=True)]


def side(column: Column) -> str:
    """Return the side on which a column is aligned."""
    return "right" if column.right else "left"


def _row(study: Study, trial: Trial, cells: list[tuple[str, str]]) -> str:
    best = trial == study.winner
    failed = trial.state is TrialState.FAILED
    if failed:
        cells[RESULT] = (span(cells[RESULT][0], f"color:{BAD}"), cells[RESULT][1])
    style = f"background:none;border-bottom:{LINE}" + (f";color:{GOOD}" if best else "")
    reason = f' title="{in_text(trial.error or "")}"' if failed else ""
    return (
        f'<tr style="{style}"{reason}>'
        + "".join(f'<td style="{CELL};text-align:{at}">{text}</td>' for text, at in cells)
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
