"""A running search as HTML for notebooks, readable in light and dark themes.

Text and lines are shades of the theme's colour; the few other colours stand out on white and on black. The
one script says how old the display is: nothing else updates a display whose kernel has ended.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.units import counted, elapsed_text
from hypertemplate.views.curves.shown_metric import expected_reports, reported_values, shown_metric
from hypertemplate.views.curves.svg import svg_sparkline
from hypertemplate.views.early_stops import NO_STOPS, EarlyStops, early_stops_text
from hypertemplate.views.eta import Running
from hypertemplate.views.html import (
    BAD,
    BAR,
    BLOCK,
    CELL,
    FAINT,
    GOOD,
    LINE,
    cell_texts,
    div,
    in_text,
    ranked,
    side,
    span,
)
from hypertemplate.views.objective_text import default_text, number_text, place_text
from hypertemplate.views.study_text import lost_trials
from hypertemplate.views.text import fitted, plain
from hypertemplate.views.trial_columns import Column, trial_columns
from hypertemplate.views.trial_line import failure_lines, reason_lines

SHOWN = 5
"""Number of the best trials in the table, and of the last ones."""

VALUE_WIDTH = 7

HANGING = "padding-left:2em;text-indent:-2em"
"""Style of a text whose further lines are indented."""

MOST_RUNNING = 8
"""Most running trials that have a line of their own."""

_AGE = """<script>(function () {
  var shown = document.getElementById("%(id)s"), updated = %(at)d, running = %(running)s;
  function age(s) {
    return s < 60 ? s + "s" : s < 3600 ? Math.floor(s / 60) + "m"
      : s < 86400 ? Math.floor(s / 3600) + "h" : Math.floor(s / 86400) + "d";
  }
  function show() {
    if (!shown || !shown.isConnected) { clearInterval(timer); return; }
    var s = Math.floor(Date.now() / 1000) - updated;
    if (s >= 5) { shown.textContent = shown.dataset.text + " (" + age(s) + " ago)"
      + (running && s >= 60 ? ": this search no longer runs, or its kernel is busy" : ""); }
  }
  var timer = setInterval(show, 1000);
  show();
})();</script>"""


@dataclass(frozen=True, slots=True)
class Progress:
    """State of a search at one moment.

    Attributes:
        study: the study with the trials that ended so far; before the space is known, the planned one.
        doing: current activity while no trial runs, such as ``loading``; empty once the search is over.
        running: running trials, each with the seconds that it has taken.
        elapsed_s: seconds since the search began.
        left_s: estimated seconds left; None if unknown.
        notes: notes for the user, those on the machine and the search first.
        stopped: reason why the search ended early, or an empty string.
        updated_at: time of this state, in seconds of the epoch.
        name: name of the display in its page.
        title: what is searched; by default the template.
        preferred: metrics of a fit to show of a running trial, those that say the most first.
        stops: trials that were stopped early.
        view: HTML of the results, in place of the table of the best and the last trials; empty while the
            search runs.
    """

    study: Study
    doing: str
    running: Sequence[tuple[Running, float]] = ()
    elapsed_s: float = 0.0
    left_s: float | None = None
    notes: Sequence[str] = ()
    stopped: str = ""
    updated_at: float = 0.0
    name: str = "hypertemplate"
    title: str = ""
    preferred: Sequence[str] = ()
    stops: EarlyStops = NO_STOPS
    view: str = ""


def progress_html(progress: Progress) -> str:
    """Render one block: progress, a thin bar, the running trials, the best and the last trials, notes."""
    study = progress.study
    share = study.evaluations / study.max_evals if study.max_evals else 0
    best = _best(study)
    lines = [
        div(
            f"<span>{in_text(_where(progress))}</span>{span(_time(progress), FAINT)}",
            "display:flex;justify-content:space-between;gap:2em",
        ),
        div(
            div("", f"width:{min(share, 1):.1%};height:3px;border-radius:2px;background:{BAR}"),
            "height:3px;margin:3px 0 5px;border-radius:2px;background:rgba(128,128,128,.25)",
        ),
        *([div(in_text(best))] if best else []),
        _running_table(progress),
    ]
    if progress.view:
        lines.append(progress.view)
    elif study.trials:
        lines.append(div(_table(study), "overflow-x:auto"))
    if not progress.view and not progress.doing and (saved := early_stops_text(study)):
        lines.append(div(in_text(saved)))
    lines += [div(in_text(note), f"{FAINT};{HANGING}") for note in progress.notes]
    if progress.stopped:
        lines.append(div(in_text(progress.stopped), f"color:{BAD}"))
    lines.append(_age(progress))
    return div("".join(lines), f"max-width:80em;{BLOCK}")


def progress_text(progress: Progress) -> str:
    """Render the progress in one line, for a front end that shows no HTML."""
    study = progress.study
    running = [", ".join(filter(None, row)) for row in _running_rows(progress)]
    parts = [_where(progress), *running, *filter(None, (_more_running(progress),)), _time(progress)]
    return "; ".join(filter(None, (*parts, _best(study))))


def output_text(study: Study, trial: Trial, output: str) -> str:
    """Say what a trial printed, or why it failed, for a front end that shows no HTML."""
    if trial.state is TrialState.FAILED:
        return f"trial {trial.number} failed: {trial.error or output}"
    return f"trial {trial.number}: {number_text(study, trial, '.5g')}\n{output}"


def output_html(study: Study, trial: Trial, output: str, first: int | None = None) -> str:
    """Render what a trial printed, and why it failed, folded under a header that names the trial.

    Args:
        study: study of the trial.
        trial: a trial that has ended.
        output: what it printed.
        first: number of the first trial that failed for the same reason, where that is shown whole.
    """
    failed = trial.state is TrialState.FAILED
    reason = reason_lines(trial)[0]
    again = first not in (None, trial.number)
    lines = failure_lines(trial, output) if failed and not again else output.split("\n") if output else []
    lines = lines[1:] if lines[:1] == [reason] else lines
    failure = f"trial {trial.number} failed{f' as trial {first}' if again else ''}: "
    head = span(failure, f"color:{BAD};font-weight:600") + in_text(reason)
    if not failed:
        said = in_text(f"trial {trial.number}: {number_text(study, trial, '.5g')}")
        printed = counted(len(lines), "line")
        head = f"{said} {span(f'({printed} printed)', FAINT)}"
    if not lines:
        return div(head, BLOCK)
    style = "margin:4px 0;padding:6px 10px;max-height:20em;overflow:auto;font-size:12px;line-height:1.4"
    style += f";background:rgba(128,128,128,.1);color:inherit;border-left:2px solid {BAD if failed else BAR}"
    text = html.escape("\n".join(lines))
    summary = f'<summary style="cursor:pointer">{head}</summary>'
    return div(f'<details>{summary}<pre style="{style};white-space:pre">{text}</pre></details>', BLOCK)


def _best(study: Study) -> str:
    """Name the best number so far and its trial; empty without one."""
    best = study.best
    if best is None:
        return ""
    beside = "; ".join(filter(None, (f"trial {best.number}", default_text(study, ".5g"))))
    return f"best {number_text(study, best, '.5g')} ({beside})"


def _where(progress: Progress) -> str:
    study = progress.study
    ended = f"{study.evaluations} of {counted(study.max_evals, 'trial')}"
    stops = progress.stops
    saved = f"{stops.saved:,} {stops.unit}s saved" if stops.saved else ""
    lost = ", ".join(filter(None, (lost_trials(study), saved)))
    doing = "" if progress.running else progress.doing
    return (
        f"{progress.title or study.template}: {ended} ended"
        + (f" ({lost})" if lost else "")
        + (f"; {doing}" if doing else "")
    )


def _running_table(progress: Progress) -> str:
    """Render a row for each running trial: its number, time, epoch, watched value and curve."""
    rows = []
    for (trial, _), texts in zip(progress.running, _running_rows(progress), strict=False):
        cells = [in_text(text) for text in texts] + [_sparkline(trial, progress.preferred)]
        shown = "".join(f'<td style="{CELL};text-align:left">{cell}</td>' for cell in cells)
        rows.append(f'<tr style="background:none">{shown}</tr>')
    more = _more_running(progress)
    style = "border-collapse:collapse;border:0;margin:0;font-size:13px;color:inherit"
    table = f'<table style="{style}"><tbody>{"".join(rows)}</tbody></table>' if rows else ""
    return table + (div(more) if more else "")


def _running_rows(progress: Progress) -> list[tuple[str, str, str, str]]:
    return [
        (
            ", ".join(filter(None, (f"trial {trial.number}", trial.run_text))),
            f"running for {elapsed_text(elapsed_s)}",
            _epoch(trial.curve) if trial.curve else "",
            _value(trial, progress.preferred),
        )
        for trial, elapsed_s in progress.running[:MOST_RUNNING]
    ]


def _epoch(curve: Curve) -> str:
    return place_text(curve.unit, curve.numbers[-1], curve.epochs)


def _more_running(progress: Progress) -> str:
    more = len(progress.running) - MOST_RUNNING
    return f"{counted(more, 'more trial')} running" if more > 0 else ""


def _values(trial: Running, preferred: Sequence[str]) -> tuple[str, list[float]]:
    """Return the name and the values so far of the metric to show of a running trial."""
    curves = [trial.curve] if trial.curve else []
    name = shown_metric(curves, preferred)
    return ("", []) if name is None else (name, reported_values(curves[0], name))


def _value(trial: Running, preferred: Sequence[str]) -> str:
    name, values = _values(trial, preferred)
    return f"{plain(name)} {fitted(values[-1], VALUE_WIDTH, '#', 5)}" if values else ""


def _sparkline(trial: Running, preferred: Sequence[str]) -> str:
    values = _values(trial, preferred)[1]
    return svg_sparkline(values, BAR, expected_reports(trial.curve, len(values))) if trial.curve else ""


def _time(progress: Progress) -> str:
    elapsed = elapsed_text(progress.elapsed_s)
    left_s = progress.left_s
    return elapsed if left_s is None or left_s < 1 else f"{elapsed}, about {elapsed_text(left_s)} left"


def _table(study: Study) -> str:
    """Render the best trials and the last ones, with their metrics and values, in columns.

    A few trials stand there once, the last one first. Trials that did not run, since a better one's result
    answers them, do not take its place among the best.
    """
    columns = trial_columns(study)
    heads = (f'<th style="{_style(one)};font-weight:600">{in_text(one.head)}</th>' for one in columns)
    last = study.trials[: -SHOWN - 1 : -1]
    ordered = len(study.trials) > SHOWN and study.maximize is not None
    best = [trial for trial in ranked(study.without_equal) if study.counts(trial)][:SHOWN] if ordered else []
    texts = cell_texts(columns, study, [*best, *last])
    rows = _section("best", best, texts[: len(best)], study, columns)
    rows += _section("last", last, texts[len(best) :], study, columns)
    return (
        '<table style="border-collapse:collapse;border:0;margin:4px 0;font-size:13px;color:inherit">'
        f'<thead><tr style="background:none;border-bottom:{LINE}">{"".join(heads)}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _section(
    name: str, trials: Sequence[Trial], texts: list[list[str]], study: Study, columns: Sequence[Column]
) -> str:
    if not trials:
        return ""
    head = f'<td colspan="{len(columns)}" style="{CELL};text-align:left;opacity:.65">{name}</td>'
    rows = [f'<tr style="background:none">{head}</tr>']
    for trial, cells in zip(trials, texts, strict=True):
        color = GOOD if trial == study.best else BAD if trial.state is TrialState.FAILED else "inherit"
        shown = "".join(
            f'<td style="{_style(column)}">{text}</td>' for text, column in zip(cells, columns, strict=True)
        )
        rows.append(f'<tr style="background:none;color:{color}">{shown}</tr>')
    return "".join(rows)


def _style(column: Column) -> str:
    return f"{CELL};text-align:{side(column)}"


def _age(progress: Progress) -> str:
    """Render when this was updated, and the script that says how long ago."""
    if not progress.updated_at:
        return ""
    running = bool(progress.doing or progress.running)
    at = datetime.fromtimestamp(progress.updated_at).astimezone()
    text = f"{'updated' if running else 'ended'} {at:%Y-%m-%d %H:%M:%S}"
    name = html.escape(progress.name)
    shown = f'<span id="{name}" data-text="{text}">{text}</span>'
    script = _AGE % {"id": name, "at": progress.updated_at, "running": "true" if running else "false"}
    return div(shown, f"{FAINT};font-size:11px") + script
