"""Studies and trials as rows of the tables in ``templates/schema.sql``, and the reverse."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from hypertemplate.codec import decode, encode
from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.kept_reports import SoFar
from hypertemplate.origin import UNKNOWN, Origin
from hypertemplate.search.generations.generation import Generation
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Confirmation, Curve, Drawn, Report, Study, Trial, TrialRun, TrialState

Cell = str | bytes | int | float | None
Row = dict[str, Cell]

GENERATION, LEFT_OUT, PRESENT, EQUAL_TO = "generation", "left_out", "present", "equal_to"
ORIGIN, ESTIMATE, COUNT_PRUNED, UNIT, SO_FAR = "origin", "estimate", "count_pruned", "unit", "so_far"
REPEATS, FOLDS = "repeats", "folds"

ADDED = (
    ("study", COUNT_PRUNED, "INTEGER NOT NULL DEFAULT 0"),
    ("trial", ORIGIN, "TEXT"),
    ("trial", ESTIMATE, "REAL"),
    ("trial", GENERATION, "INTEGER NOT NULL DEFAULT 0"),
    ("trial", LEFT_OUT, "TEXT NOT NULL DEFAULT ''"),
    ("trial", PRESENT, "TEXT"),
    ("trial", EQUAL_TO, "INTEGER"),
    ("study", REPEATS, "INTEGER NOT NULL DEFAULT 1"),
    ("trial", REPEATS, "INTEGER NOT NULL DEFAULT 1"),
    ("trial", FOLDS, "TEXT NOT NULL DEFAULT ''"),
    ("fit", UNIT, "TEXT NOT NULL DEFAULT 'epoch'"),
    ("report", SO_FAR, "TEXT NOT NULL DEFAULT ''"),
)
"""Columns that tables of earlier versions lack: table, name and type."""

NUMBER = "$number"
"""Key of an object that stands for a number which JSON does not have."""


def kept_row(kept: Kept) -> Row:
    """Return a study's one row: its settings and its state; code and trials have rows of their own."""
    return {
        "id": 1,
        **_study_row(kept.study),
        "options": dumped(kept.options),
        "sampler_state": cell(kept.sampler_state),
    }


def _study_row(study: Study) -> Row:
    return {
        "name": cell(study.name),
        "template": cell(study.template),
        "seed": study.seed,
        "algorithm": study.algorithm,
        "max_evals": study.max_evals,
        "objective": cell(study.objective),
        COUNT_PRUNED: int(study.count_pruned),
        REPEATS: study.repeats,
        "maximize": None if study.maximize is None else int(study.maximize),
        "frozen": dumped(study.frozen),
    }


def row_study(row: Mapping[str, Any], code: Generation) -> Study:
    """Return a study of this code without trials; ValueError if the row is not one of `kept_row`'s."""
    algorithm: Any = text(row["algorithm"])
    return Study(
        name=text(row["name"]),
        digest=code.digest,
        seed=row["seed"],
        space=code.space,
        maximize=None if row["maximize"] is None else bool(row["maximize"]),
        template=text(row["template"]),
        algorithm=algorithm,
        max_evals=row["max_evals"],
        frozen=decode(tuple[str, ...], loaded(row["frozen"])),
        versions=dict(code.versions),
        files=dict(code.files),
        objective=optional_text(row["objective"]),
        count_pruned=bool(dict(row).get(COUNT_PRUNED)),
        repeats=dict(row).get(REPEATS, 1),
        generation=code.number,
    )


def generation_row(code: Generation, earlier: Iterable[Generation] = ()) -> Row:
    """Return the row of a generation; a source that an earlier one has is stored as its number."""
    same = (one.number for one in earlier if one.number < code.number and one.source == code.source)
    return {
        "number": code.number,
        "digest": code.digest,
        "space": dumped(code.space),
        "source": None if code.source is None else dumped(next(same, code.source)),
        "program": cell(code.program),
        "versions": dumped(code.versions),
        "files": dumped(code.files),
    }


def row_generations(rows: Iterable[Mapping[str, Any]]) -> tuple[Generation, ...]:
    """Return generations in order; ValueError if a row is not one of `generation_row`'s.

    Before format 3, a study had one, whose columns are in its own row.
    """
    found: dict[int, Generation] = {}
    for row in rows:
        code = _row_generation({"number": 0, "source": None, **row}, found)
        found[code.number] = code
    return tuple(found.values())


def _row_generation(row: Mapping[str, Any], earlier: Mapping[int, Generation]) -> Generation:
    source = loaded(row["source"] or "null")
    return Generation(
        number=row["number"],
        digest=text(row["digest"]),
        space=decode(tuple[Dimension, ...], loaded(row["space"])),
        source=earlier[source].source if isinstance(source, int) else _source(source),
        program=text(row["program"]),
        versions=decode(dict[str, str], loaded(row["versions"])),
        files=decode(dict[str, str], loaded(row["files"])),
    )


def _source(value: Any) -> Source | None:
    """Return a source; None if an earlier version stored none."""
    return None if value is None else decode(Source, value)


def trial_row(trial: Trial, space: Iterable[Dimension]) -> Row:
    """Return the row of a trial of the present code, whose space this is, without its curves."""
    return {
        **result_row(trial),
        **{name: dumped(value) for name, value in _drawn_values(trial.drawn, space).items()},
        "started_at": cell(trial.started_at),
        "duration_s": trial.duration_s,
        "worker": trial.worker,
        "traceback": cell(trial.traceback),
        GENERATION: trial.generation,
        LEFT_OUT: cell(trial.left_out),
        EQUAL_TO: trial.equal_to,
        REPEATS: trial.repeats,
        FOLDS: dumped(trial.folds) if trial.folds else "",
    }


def row_trial(
    row: Mapping[str, Any], curves: tuple[Curve, ...] = (), runs: tuple[TrialRun, ...] = ()
) -> Trial:
    """Return a trial; ValueError if the row is not one of `trial_row`'s."""
    later = dict(row)  # earlier versions lack columns
    ran = _values_drawn({name: loaded(row[name]) for name in ("params", "unused", "frozen")})
    present = later.get(PRESENT)
    drawn = ran if present is None else _values_drawn(loaded(present))
    return Trial(
        number=row["number"],
        state=TrialState(text(row["state"])),
        params=drawn.params,
        loss=row["loss"],
        metrics=dict(_entries(row["metrics"])),
        curves=curves,
        started_at=text(row["started_at"]),
        duration_s=row["duration_s"],
        worker=row["worker"],
        error=optional_text(row["error"]),
        failure=optional_text(row["failure"]),
        traceback=text(row["traceback"]),
        unused=drawn.unused,
        frozen=drawn.frozen,
        origin=decode(Origin, loaded(row[ORIGIN])) if later.get(ORIGIN) else UNKNOWN,
        estimate=later.get(ESTIMATE),
        generation=later.get(GENERATION, 0),
        left_out=text(later.get(LEFT_OUT, "")),
        ran=None if present is None else ran,
        equal_to=later.get(EQUAL_TO),
        repeats=later.get(REPEATS, 1),
        runs=runs,
        folds=_folds(later.get(FOLDS)),
    )


def run_row(trial: int, run: TrialRun) -> Row:
    """Return the row of one of several runs of a trial."""
    return {"trial": trial, "run": run.number, **_run_cells(run)}


def confirmation_row(one: Confirmation) -> Row:
    """Return the row of a run of a trial again."""
    return {"generation": one.generation, **run_row(one.trial, one.run)}


def row_confirmation(row: Mapping[str, Any]) -> Confirmation:
    """Return a run of a trial again; ValueError if the row is not one of `confirmation_row`'s."""
    return Confirmation(row["trial"], row["generation"], row_run(row))


def _run_cells(run: TrialRun) -> Row:
    return {
        "loss": run.loss,
        "metrics": dumped(run.metrics),
        FOLDS: dumped(run.folds) if run.folds else "",
        "unused": dumped(run.unused),
        ORIGIN: dumped(run.origin),
        "duration_s": run.duration_s,
        "error": cell(run.error),
        "failure": cell(run.failure),
    }


def row_run(row: Mapping[str, Any]) -> TrialRun:
    """Return a run of a trial; ValueError if the row is not one of `run_row`'s."""
    return TrialRun(
        number=row["run"],
        loss=row["loss"],
        metrics=dict(_entries(row["metrics"])),
        folds=_folds(row[FOLDS]),
        unused=decode(tuple[str, ...], loaded(row["unused"])),
        origin=decode(Origin, loaded(row[ORIGIN])),
        duration_s=row["duration_s"],
        error=optional_text(row["error"]),
        failure=optional_text(row["failure"]),
    )


def _folds(stored: Cell) -> tuple[float, ...]:
    return tuple(map(float, loaded(stored))) if stored else ()


def result_row(trial: Trial) -> Row:
    """Return the columns that say what has come of an ended trial."""
    return {
        "number": trial.number,
        "state": trial.state.value,
        "loss": None if trial.loss is None else float(trial.loss),
        "metrics": dumped(trial.metrics),
        "error": cell(trial.error),
        "failure": cell(trial.failure),
        ORIGIN: dumped(trial.origin),
        ESTIMATE: trial.estimate,
    }


def judged_row(trial: Trial, space: Iterable[Dimension]) -> Row:
    """Return the columns that say what has become of an ended trial, given the present space."""
    present = None if trial.ran is None else dumped(_drawn_values(trial.drawn, space))
    return {"number": trial.number, LEFT_OUT: cell(trial.left_out), PRESENT: present}


def _drawn_values(drawn: Drawn, space: Iterable[Dimension]) -> dict[str, object]:
    return {
        "params": _with_texts(drawn.params, space),
        "unused": drawn.unused,
        "frozen": drawn.frozen,
    }


def _values_drawn(values: Mapping[str, Any]) -> Drawn:
    return Drawn(
        {label: _drawn(value) for label, value in _items(values["params"])},
        decode(tuple[str, ...], values["unused"]),
        decode(tuple[str, ...], values["frozen"]),
    )


def curve_rows(trial: int, curve: Curve) -> tuple[Row, list[Row]]:
    """Return the row of a fit of a trial, and those of its reports."""
    place: Row = {"trial": trial, "fit": curve.fit}
    reports: list[Row] = [
        {
            **place,
            "step": report.step,
            "epoch": report.epoch,
            "seconds": report.seconds,
            "metrics": dumped(report.metrics),
            "stop": cell(report.stop),
            SO_FAR: dumped(report.so_far) if report.so_far else "",
        }
        for report in curve.reports
    ]
    return {**place, "epochs": curve.epochs, UNIT: curve.unit}, reports


def row_curve(row: Mapping[str, Any]) -> Curve:
    """Return a curve without its reports."""
    unit: Any = text(dict(row).get(UNIT) or "epoch")
    return Curve(row["fit"], row["epochs"], unit=unit)


def row_report(row: Mapping[str, Any]) -> Report:
    """Return a report; ValueError if the row is not one of `curve_rows`'s."""
    so_far = text(dict(row).get(SO_FAR) or "")
    return Report(
        row["step"],
        row["epoch"],
        dict(_entries(row["metrics"])),
        row["seconds"],
        text(row["stop"]),
        decode(dict[str, SoFar], loaded(so_far)) if so_far else {},
    )


def dumped(value: object) -> Cell:
    """Encode a value as JSON in a cell."""
    plain = encode(value)
    try:
        written = _json(plain)
    except ValueError:  # it has a number that JSON does not have
        written = _json(_marked(plain))
    return cell(written)


def loaded(stored: Cell) -> Any:
    """Decode the result of `dumped`; ValueError if it is not JSON."""
    return json.loads(text(stored), object_hook=_unmarked)


def cell(value: str | None) -> Cell:
    """Encode a text as SQLite can store it."""
    if value is None:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")
    return value


def text(stored: Cell) -> str:
    """Return the text of a cell; ValueError if it has none."""
    if isinstance(stored, bytes):
        return stored.decode("utf-8", "surrogatepass")
    if not isinstance(stored, str):
        raise ValueError(f"{stored!r} is no text")
    return stored


def optional_text(stored: Cell) -> str | None:
    """Return the text of a cell, or None."""
    return None if stored is None else text(stored)


def _entries(stored: Cell) -> Iterable[tuple[str, Any]]:
    return _items(loaded(stored))


def _items(value: object) -> Iterable[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is no object")
    return value.items()


def _with_texts(params: Params, space: Iterable[Dimension]) -> dict[str, object]:
    """Return the drawn values, with the source text beside the index of a choice."""
    options = {dimension.label: dimension.options for dimension in space if dimension.options}
    return {
        label: {"index": drawn, "text": options[label][int(drawn)].text} if label in options else drawn
        for label, drawn in params.items()
    }


def _drawn(value: Any) -> float:
    drawn: float = value["index"] if isinstance(value, dict) else value
    return drawn


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _marked(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return {NUMBER: str(value)}
        case dict():
            return {key: _marked(item) for key, item in value.items()}
        case list():
            return [_marked(item) for item in value]
        case _:
            return value


def _unmarked(value: dict[str, Any]) -> Any:
    marked = value.get(NUMBER) if len(value) == 1 else None
    return float(marked) if isinstance(marked, str) else value
