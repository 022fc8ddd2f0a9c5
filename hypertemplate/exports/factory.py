"""Exporters by the names of the tools that read what they write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.exports.base import Exporter
from hypertemplate.exports.mlflow_runs import write_mlflow
from hypertemplate.exports.optuna_study import write_optuna
from hypertemplate.exports.parquet_file import write_parquet
from hypertemplate.exports.tensorboard_runs import write_tensorboard
from hypertemplate.exports.text_files import write_csv, write_json
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.units import counted
from hypertemplate.views.objective_text import objective_name


@dataclass(frozen=True, slots=True)
class ExportKind:
    """One kind of export.

    Attributes:
        write: writes a study.
        is_table: whether it has every trial, with the reason for which it may not count, even without any.
    """

    write: Exporter
    is_table: bool = False


EXPORTS = {
    "csv": ExportKind(write_csv, is_table=True),
    "json": ExportKind(write_json, is_table=True),
    "parquet": ExportKind(write_parquet, is_table=True),
    "optuna": ExportKind(write_optuna),
    "tensorboard": ExportKind(write_tensorboard),
    "mlflow": ExportKind(write_mlflow),
}


def left_out_notes(kept: Kept) -> Iterator[str]:
    """Yield notes on what an export for a tool that knows only trials that count and have ended lacks."""
    study = kept.study
    if kept.running:
        yield f"left out: {counted(len(kept.running), 'trial')} not ended yet"
    if study.left_out:
        yield f"left out: {counted(len(study.left_out), 'trial')} of code that has changed since"
    if study.maximize is None and study.trials:
        name = objective_name(study)
        yield f"whether more or less of {name} is better is unknown; the export says that it is minimised"
