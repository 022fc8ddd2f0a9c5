"""A study as HTML for notebooks: no scripts, no style sheets, readable in light and dark themes.

Front ends strip style sheets and style tables and text themselves, so every element has its own style. Text
and lines are shades of the theme's colour; the few other colours stand out on white and on black.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hypertemplate.report.objective_text import (
    epoch_text,
    number_text,
    objective_name,
    result,
)
from hypertemplate.report.summary import framework_text, lost_trials
from hypertemplate.report.text import cut, plain
from hypertemplate.report.trial_line import failure_lines, short, source_values
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.units import counted, elapsed_text

VALUE_WIDTH = 48
"""Most characters of one value."""

ROWS = 50
"""Most trials that a table shows."""

_BLOCK = "margin:4px 0;font-family:system-ui,sans-serif;font-size:13px;line-height:1.5"
_FAINT = "opacity:.65"
_GOOD = "#2e9e5b"
_BAD = "#e0524d"
_BAR = "#4c8fd6"
_LINE = "1px solid rgba(128,128,128,.3)"
_CELL = "padding:3px 14px 3px 0;text-align:left;white-space:nowrap;background:none;border:0"


@dataclass(frozen=True, slots=True)
class Progress:
    """State of a search at one moment.

    Attributes:
        study: the study with the trials that ended so far; before the space is known, the planned one.
        doing: current activity, such as ``trial 3, epoch 4 of 10``; empty once the search is over.
        elapsed_s: seconds since the search began.
        left_s: estimated seconds left; None if unknown.
        notes: notes for the user.
        failure: first trial that failed, or None.
        output: last lines that the failed trial printed.
        stopped: reason why the search ended early, or an empty string.
    """

    study: Study
    doing: str
    elapsed_s: float = 0.0
    left_s: float | None = None
    notes: Sequence[str] = ()
    failure: Trial | None = None
    output: str = ""
    stopped: str = ""


def progress_html(progress: Progress) -> str:
    """Render one small block: progress, a thin bar, the last and the best trial, failures."""
    study = progress.study
    share = len(study.trials) / study.max_evals if study.max_evals else 0
    lines = [
        _div(
            f"<span>{_text(_where(progress))}</span>{_span(_time(progress), _FAINT)}",
            "display:flex;justify-content:space-between;gap:2em",
        ),
        _div(
            _div("", f"width:{min(share, 1):.1%};height:3px;border-radius:2px;background:{_BAR}"),
            "height:3px;margin:3px 0 5px;border-radius:2px;background:rgba(128,128,128,.25)",
        ),
    ]
    if study.trials:
        lines.append(_div(_results(study, running=bool(progress.doing))))
    lines += [_div(_text(f"note: {note}"), _FAINT) for note in progress.notes]
    if progress.failure is not None:
        lines.append(_failure(progress.failure, progress.output))
    if progress.stopped:
        lines.append(_div(_text(progress.stopped), f"color:{_BAD}"))
    return _div("".join(lines), f"max-width:60em;{_BLOCK}")


def progress_text(progress: Progress) -> str:
    """Render the progress in one line, for a front end that shows no HTML."""
    best = progress.study.best
    found = "" if best is None else f"; best {_scored(progress.study, best)}"
    return f"{_where(progress)}; {_time(progress)}{found}"


def _where(progress: Progress) -> str:
    study = progress.study
    ended = f"{len(study.trials)} of {counted(study.max_evals, 'trial')}"
    lost = lost_trials(study)
    return (
        f"{study.template}: {ended} done"
        + (f" ({lost})" if lost else "")
        + (f"; {progress.doing}" if progress.doing else "")
    )


def _time(progress: Progress) -> str:
    elapsed = elapsed_text(progress.elapsed_s)
    return elapsed if progress.left_s is None else f"{elapsed}, about {elapsed_text(progress.left_s)} left"


def _results(study: Study, *, running: bool) -> str:
    """Render the best trial with its values and, while trials run, the last one's result."""
    last, best = study.trials[-1], study.best
    failed = last.state is TrialState.FAILED
    shown = (
        [_span(f"last {result(study, last, '.5g')}", f"color:{_BAD}" if failed else "")] if running else []
    )
    if best is not None:
        values = ", ".join(_assigned(study, best))
        best_text = _span(f"best {_text(_scored(study, best))}", f"color:{_GOOD};font-weight:600")
        shown.append(best_text + (f": {values}" if values else ""))
    return _span(" · ", _FAINT).join(shown)


def _scored(study: Study, trial: Trial) -> str:
    return f"{number_text(study, trial, '.5g')} (trial {trial.number})"


def _assigned(study: Study, trial: Trial) -> Iterable[str]:
    for label, value in source_values(study, trial.params, digits=4).items():
        if label not in trial.not_read:
            yield _span(f"{_text(label)}=", _FAINT) + _text(cut(short(value), VALUE_WIDTH))


def _failure(trial: Trial, output: str) -> str:
    """Render the reason why a trial failed; its traceback can be collapsed."""
    reason, *lines = failure_lines(trial, output)
    head = _span(f"trial {trial.number} failed: ", f"color:{_BAD};font-weight:600") + _text(reason)
    if not lines:
        return _div(head)
    style = "margin:4px 0;padding:6px 10px;max-height:20em;overflow:auto;font-size:12px;line-height:1.4"
    style += f";background:rgba(128,128,128,.1);border-left:2px solid {_BAD};white-space:pre"
    text = html.escape("\n".join(lines))
    summary = f'<summary style="cursor:pointer">{head}</summary>'
    return f'<details open>{summary}<pre style="{style}">{text}</pre></details>'


def study_html(study: Study) -> str:
    """Render a table of trials: the best first and marked, then those without a loss, by number."""
    ranked = sorted(study.trials, key=_rank)
    shown = ranked[:ROWS]
    values = [source_values(study, trial.params, digits=4) for trial in shown]
    labels = [d.label for d in study.space if any(d.label in row for row in values)]
    heads = ["trial", _headed(study), "time", *labels]
    rows = [_row(study, trial, row, labels) for trial, row in zip(shown, values, strict=True)]
    head = "".join(f'<th style="{_CELL};font-weight:600">{_text(text)}</th>' for text in heads)
    table = (
        '<table style="border-collapse:collapse;border:0;margin:4px 0;font-size:13px">'
        f'<thead><tr style="background:none;border-bottom:{_LINE}">{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    lines = [_div(_text(_caption(study)), _FAINT), _div(table, "overflow-x:auto")]
    if len(ranked) > len(shown):
        lines.append(_div(f"and {counted(len(ranked) - len(shown), 'more trial')}", _FAINT))
    return _div("".join(lines), _BLOCK)


def _headed(study: Study) -> str:
    """Name the number and its direction, for the head of a column."""
    aim = {True: " (maximised)", False: " (minimised)", None: ""}[study.maximize]
    return f"{objective_name(study)}{aim}"


def _rank(trial: Trial) -> tuple[float, int]:
    done = trial.state is TrialState.COMPLETE and trial.loss is not None
    return trial.loss if done and trial.loss is not None else math.inf, trial.number


def _caption(study: Study) -> str:
    lost = lost_trials(study)
    trials = counted(len(study.trials), "trial") + (f" ({lost})" if lost else "")
    how = framework_text(study.versions)
    return f"{study.template}: {trials}, {study.algorithm}, seed {study.seed}" + (f" ({how})" if how else "")


def _row(study: Study, trial: Trial, values: dict[str, str], labels: list[str]) -> str:
    best = trial == study.best
    failed = trial.state is TrialState.FAILED
    score = _span(_text(result(study, trial, ".5g")), f"color:{_BAD}" if failed else "")
    epoch = epoch_text(study, trial)
    score += _span(_text(f" ({epoch})"), _FAINT) if epoch else ""
    seconds = "" if trial.duration_s is None else f"{trial.duration_s:.1f}s"
    cells = [f"{trial.number}{' (best)' if best else ''}", score, seconds]
    for label in labels:
        used = label in values and label not in trial.not_read
        cells.append(_text(cut(short(values[label]), VALUE_WIDTH)) if used else _span("not used", _FAINT))
    style = f"background:none;border-bottom:{_LINE}" + (f";color:{_GOOD};font-weight:600" if best else "")
    reason = f' title="{_text(trial.error or "")}"' if failed else ""
    return f'<tr style="{style}"{reason}>' + "".join(f'<td style="{_CELL}">{c}</td>' for c in cells) + "</tr>"


def _text(text: str) -> str:
    """Escape a user's text: one line, no terminal escapes, no HTML."""
    return html.escape(plain(text))


def _div(content: str, style: str = "") -> str:
    return f'<div style="{style}">{content}</div>' if style else f"<div>{content}</div>"


def _span(content: str, style: str) -> str:
    return f'<span style="{style}">{content}</span>' if style else content
