"""A study's trials as a table, JSON and CSV. Nothing here prints or reads."""

from __future__ import annotations

import csv
import io
import json
import math
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.errors import UsageError
from hypertemplate.runtime.metrics.directions import by_name
from hypertemplate.search.service.data_record import other_data
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Confirmed, Study, Trial, TrialState, Value
from hypertemplate.units import counted
from hypertemplate.views.confirmed_table import confirmed_lines
from hypertemplate.views.data_notes import data_notes
from hypertemplate.views.objective_text import (
    described,
    direction,
    number_text,
    objective_name,
)
from hypertemplate.views.study_text import best_lines, each_text, set_lines
from hypertemplate.views.template_json import Json
from hypertemplate.views.text import hanging, indented, plain
from hypertemplate.views.trial_columns import TrialTable, result_text
from hypertemplate.views.trial_line import INDENT, reason_lines, repeated_reason

Key = Callable[[Study, Trial], Any]

_KEYS: dict[str, Key] = {
    "number": lambda study, trial: trial.number,
    "loss": lambda study, trial: trial.loss if study.counts(trial) and not trial.left_out else None,
    "duration": lambda study, trial: trial.duration_s,
    "state": lambda study, trial: list(TrialState).index(trial.state),
}

COLUMNS = (
    *("number", "state", "loss", "duration_s", "started_at", "worker", "error", "not_read"),
    *("objective", "direction", "value", "source", "epoch", "epochs", "equal_to", "model"),
    *("generation", "left_out", "repeats", "losses", "sd", "confirmed", "not_reached"),
    "other_data",
)
"""Columns of the CSV before those of metrics and parameters."""


SCHEMA = 1
"""Version of the JSON of studies, trials and events; it grows where a field goes or changes its meaning."""


def chosen(kept: Kept, sort: str, top: int | None) -> tuple[Trial, ...]:
    """Return the first `top` trials in an order, running ones included.

    The best by the loss, and by a metric of which more is better by its name, come first; any other order
    ascends. Those without the key come last, and behind them those that do not count.

    Raises:
        UsageError: there is no column named `sort`.
    """
    key = _sort_key(kept, sort)
    all_trials = (*kept.study.trials, *kept.study.left_out, *kept.running)

    def place(trial: Trial) -> tuple[Any, ...]:
        value = key(kept.study, trial)
        return bool(trial.left_out), value is None, 0 if value is None else value, trial.number

    return tuple(sorted(all_trials, key=place)[:top])


def _sort_key(kept: Kept, sort: str) -> Key:
    """Return the key of an order: of a column of the table, a metric or a parameter."""
    study = kept.study
    labels = [dimension.label for dimension in study.space]
    metrics = dict.fromkeys(name for trial in (*study.trials, *kept.running) for name in trial.metrics)
    if sort in labels:
        return lambda study, trial: None if sort in trial.unused else trial.params.get(sort)
    keys = {
        **_KEYS,
        objective_name(study): _KEYS["loss"],
        "time": _KEYS["duration"],
        "trial": _KEYS["number"],
    }
    if sort in keys:
        return keys[sort]
    if sort in metrics:
        sign = -1 if by_name(sort) else 1
        return lambda study, trial: None if (x := finite(trial.metrics.get(sort))) is None else sign * x
    meant = did_you_mean(sort, [*keys, *metrics, *labels])
    known = ", ".join(map(plain, dict.fromkeys([*_KEYS, *metrics, *labels])))
    advice = f"did you mean {plain(meant)}?" if meant else f"there are {known}"
    raise UsageError(f"there is no column named {plain(sort)!r}; {advice}", "sort")


def study_lines(
    name: str, kept: Kept, trials: Sequence[Trial], width: int | None = None, *, held: bool
) -> list[str]:
    """Format a study as a table, with its best trial below.

    Args:
        name: name of the study.
        kept: the study.
        trials: trials in the table.
        held: whether a search holds the study now; if not, its unfinished trials are pending.
        width: columns of the terminal; None: one line for each trial.
    """
    study = kept.study
    count = f"{study.evaluations} of {counted(study.max_evals, 'trial')}{each_text(study)}"
    left = [f"{text}," for text in _left(kept, held)]
    left += [f"{len(study.left_out)} left out,"] if study.left_out else []
    template = " ".join([study.template, *(["--", shlex.join(kept.arguments)] if kept.arguments else [])])
    head = [f"{plain(template)},", f"{count},", *left, f"{study.algorithm},", f"seed {study.seed}"]
    lines = hanging(f"{plain(name)}: ", head, width)
    table = TrialTable(study, width, state=lambda study, trial: _state(study, trial, held))
    if trials:
        lines += ["", *table.heading()]
    said: dict[str, int] = {}
    for trial in trials:
        lines += table.lines(kept.study_of(trial), trial)
        if trial.error is not None:
            first = said.setdefault(trial.error, trial.number)
            reason = reason_lines(trial) if first == trial.number else [repeated_reason(trial, first)]
            lines += indented(reason, width, INDENT)
        if trial.left_out:
            lines += indented([plain(trial.left_out)], width, INDENT)
    notes = set_lines(study, [trial for trial in trials if not trial.left_out])
    if notes := [*notes, *data_notes(kept)]:
        lines += ["", *indented(notes, width, "")]
    if again := confirmed_lines(study, width):
        lines += ["", *again]
    best, winner = best_lines(study, width), study.winner
    model = None if winner is None else kept.models.get(winner.number)
    if winner is not None and model is not None:
        best += indented([f"model of trial {winner.number}: {plain(model)}"], width, "")
    return [*lines, "", *best] if best else lines


def _left(kept: Kept, held: bool) -> list[str]:
    """Describe unfinished trials: running if a search holds the study, else pending."""
    if not kept.running:
        return []
    count = len(kept.running)
    return [f"{count} running"] if held else [f"{count} waiting", "no search is running"]


def _state(study: Study, trial: Trial, held: bool) -> str:
    waits = trial.state is TrialState.RUNNING and not held
    return "waiting" if waits else result_text(study, trial)


def study_json(kept: Kept, trials: Sequence[Trial]) -> Json:
    """Return a study as JSON values: params as values if JSON has them, else as source text.

    A lower loss is better, even if the user maximises. Values that are not finite are null.
    """
    study = kept.study
    best, again = study.winner, _means_again(study)
    data = {
        "schema": SCHEMA,
        "study": header_json(kept),
        "best": None if best is None else _trial_json(kept, best, again),
        "confirmed": [confirmed_json(one) for one in study.confirmed],
        "default_trial": None
        if study.default_trial is None
        else _trial_json(kept, study.default_trial, again),
        "trials": [_trial_json(kept, trial, again) for trial in trials],
    }
    value: Json = finite(data)
    return value


def header_json(kept: Kept) -> Json:
    """Return what a study says of itself, without its trials, as JSON values."""
    study = kept.study
    return {
        "name": study.name,
        "template": study.template,
        "arguments": list(kept.arguments),
        "digest": study.digest,
        "seed": study.seed,
        "algorithm": study.algorithm,
        "max_evals": study.max_evals,
        "objective": objective_name(study),
        "direction": direction(study),
        "set": list(study.frozen),
        "versions": study.versions,
    }


def trial_json(kept: Kept, trial: Trial) -> Json:
    """Return a trial as JSON values, as `study_json` has it; numbers that are not finite are null."""
    value: Json = finite(_trial_json(kept, trial, _means_again(kept.study)))
    return value


def confirmed_json(one: Confirmed) -> Json:
    """Return a trial that has run again as JSON values; a lower loss is better."""
    return {
        "number": one.trial.number,
        "found": one.trial.loss,
        "losses": [*one.losses],
        "mean": one.mean,
        "sd": one.deviation,
        "failed": len(one.failed),
    }


def _means_again(study: Study) -> dict[int, float | None]:
    """Return the means of the runs again, by the number of the trial."""
    return {one.trial.number: one.mean for one in study.confirmed}


def _trial_json(kept: Kept, trial: Trial, again: Mapping[int, float | None]) -> Json:
    study = kept.study_of(trial)
    labels = [dimension.label for dimension in study.space]
    return {
        "number": trial.number,
        "state": trial.state.value,
        "loss": trial.loss,
        "params": study.json_values(trial.params),
        "read": [label for label in labels if label in trial.read],
        "not_read": [label for label in labels if label in trial.not_read],
        "metrics": trial.metrics,
        "started_at": trial.started_at,
        "duration_s": trial.duration_s,
        "worker": trial.worker,
        "error": trial.error,
        **described(study, trial),
        "equal_to": trial.equal_to,
        "model": kept.model_of(trial),
        "generation": trial.generation,
        "left_out": trial.left_out or None,
        "repeats": trial.repeats,
        "losses": [*trial.losses],
        "sd": trial.deviation,
        "confirmed": None if trial.left_out else again.get(trial.number),
        "not_reached": [label for label in labels if label in trial.not_reached],
        "other_data": [*other_data(kept, trial)],
    }


def finite(value: Any) -> Any:
    """Return JSON values with None for each number that is not finite."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {key: finite(item) for key, item in value.items()}
        case list():
            return [finite(item) for item in value]
        case _:
            return value


def trials_csv(kept: Kept, trials: Sequence[Trial]) -> str:
    """Format trials as CSV: a missing value is empty; values are written as JSON, texts as they are."""
    return csv_text(*trial_rows(kept, trials))


def trial_rows(kept: Kept, trials: Sequence[Trial]) -> tuple[tuple[str, ...], list[dict[str, object]]]:
    """Return columns and rows; ``metrics.NAME`` for each metric, ``params.LABEL`` for each parameter.

    The value of a parameter is missing where the trial did not read it: ``not_read`` or ``not_reached``
    lists its label.
    """
    study, again = kept.study, _means_again(kept.study)
    rows: list[dict[str, object]] = []
    metrics: dict[str, None] = {}
    labels = dict.fromkeys(f"params.{dimension.label}" for dimension in study.space)
    for trial in trials:
        row = _trial_json(kept, trial, again)
        values = {f"params.{label}": value for label, value in _read(kept, trial).items()}
        metrics |= dict.fromkeys(f"metrics.{name}" for name in trial.metrics)
        labels |= dict.fromkeys(values)
        rows.append(
            {name: row[name] for name in COLUMNS}
            | {f"metrics.{name}": value for name, value in trial.metrics.items()}
            | values
        )
    return (*COLUMNS, *metrics, *labels), rows


def _read(kept: Kept, trial: Trial) -> dict[str, Value]:
    """Return the values of a trial, except those that it did not read."""
    values = kept.study_of(trial).json_values(trial.params)
    return {label: value for label, value in values.items() if label not in trial.unused}


def csv_text(header: Sequence[str], rows: Iterable[dict[str, object]]) -> str:
    """Format rows as CSV; their keys are the names of the columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_csv_cell(row.get(name)) for name in header])
    return out.getvalue()


def _csv_cell(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return str(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def overview(name: str, kept: Kept, *, held: bool) -> Json:
    """Summarise one study of several: its progress and its best loss; `held` as in `study_lines`."""
    study = kept.study
    best = study.winner
    row = {
        "folder": name,
        "template": study.template,
        "trials": study.evaluations,
        "max_evals": study.max_evals,
        "running": len(kept.running) if held else 0,
        "waiting": 0 if held else len(kept.running),
        "failed": sum(trial.state is TrialState.FAILED for trial in study.without_equal.trials),
        "best": None if best is None else best.loss,
        "objective": objective_name(study),
        "direction": direction(study),
        "started_at": min((trial.started_at for trial in study.trials), default=None),
    }
    return row


OVERVIEW = tuple(overview("", Kept(Study("", "", 0, ())), held=False))
"""Names of the fields of `overview`."""


def overview_cells(name: str, kept: Kept, *, held: bool) -> tuple[str, ...]:
    """Summarise a study as the cells of a table under `OVERVIEW_HEAD`."""
    study = kept.study
    best = "-" if study.winner is None else number_text(study, study.winner, ".5g")
    left = "".join(f" ({text})" for text in _left(kept, held)[:1])
    trials = f"{study.evaluations} of {study.max_evals}{left}"
    return plain(name), trials, best, plain(study.template)


OVERVIEW_HEAD = ("study", "trials", "best", "template")
