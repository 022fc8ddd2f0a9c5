"""Trials of a study as a table of pandas whose columns have types: what a trial did not read is missing."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any

_TYPES: Mapping[str, str] = {
    "number": "Int64",
    "state": "string",
    "loss": "Float64",
    "objective": "string",
    "direction": "string",
    "value": "Float64",
    "source": "string",
    "epoch": "Int64",
    "duration_s": "Float64",
    "error": "string",
    "equal_to": "Int64",
    "sd": "Float64",
}
"""Types of the columns that every study has."""


def frame_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> Any:
    """Return rows as a pandas DataFrame if pandas is installed, else as they are.

    Args:
        rows: the rows.
        columns: names of the columns; by default all keys of the rows.
    """
    if importlib.util.find_spec("pandas") is None:
        return rows
    return importlib.import_module("pandas").DataFrame(rows, columns=columns)


def typed_frame(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return the rows of trials as `frame_of` does, with nullable types, so that integers stay integers.

    A column of values is of integers, floats, truth values or texts if all its values are; else of objects.
    """
    frame = frame_of(rows)
    if frame is rows:
        return rows
    for name in frame.columns:
        kind = _TYPES.get(name) or _kind([row[name] for row in rows if row.get(name) is not None])
        if kind:
            frame[name] = frame[name].astype(kind)
        elif name.startswith("params_"):
            missing = importlib.import_module("pandas").NA
            frame[name] = frame[name].astype(object).where(frame[name].notna(), missing)
    return frame


def _kind(values: Sequence[Any]) -> str:
    """Return the type that all values have; empty where there is none, as of lists."""
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        return "Int64"
    if kinds and kinds <= {int, float}:
        return "Float64"
    return "string" if kinds == {str} else ""
