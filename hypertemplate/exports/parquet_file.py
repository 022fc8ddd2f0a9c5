"""Studies as Parquet files, with typed columns: the one file that imports PyArrow."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hypertemplate.exports.base import Target
from hypertemplate.exports.extras import extra
from hypertemplate.exports.new_files import new_file, write_whole
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.views.trial_table import chosen, trial_rows

if TYPE_CHECKING:
    import pyarrow

WHOLE = frozenset({"number", "worker", "epoch", "epochs", "equal_to", "generation", "repeats"})
REAL = frozenset({"loss", "duration_s", "value", "sd", "confirmed"})
"""Columns of numbers, whatever the trials have in them."""


def write_parquet(kept: Kept, target: Target) -> str:
    """Write a study as a Parquet file, with the columns of the CSV; an `Exporter`.

    A value that is missing, or that the trial did not read, is null; a number that is not finite stays. A
    parameter whose values are of several kinds is text, with values that are not texts as JSON.
    """
    path = new_file(target, ".parquet")
    with extra("parquet", "PyArrow"):
        import pyarrow
        import pyarrow.parquet
    header, rows = trial_rows(kept, chosen(kept, "number", None))
    columns = {name: _column(name, [row.get(name) for row in rows]) for name in header}
    data = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), data)
    write_whole(path, data.getvalue())
    return str(path)


def _column(name: str, values: Sequence[object]) -> pyarrow.Array:
    """Return a column with the type that its name says, else the one that all of its values have."""
    import pyarrow

    if name in ("not_read", "not_reached", "other_data"):
        return pyarrow.array(values, pyarrow.list_(pyarrow.string()))
    if name == "losses":
        return pyarrow.array(values, pyarrow.list_(pyarrow.float64()))
    kinds = {type(value) for value in values if value is not None}
    if name in WHOLE or (kinds == {int} and all(_is_small(value) for value in values)):
        return pyarrow.array(values, pyarrow.int64())
    if name in REAL or name.startswith("metrics.") or (kinds and kinds <= {int, float} and float in kinds):
        return pyarrow.array(values, pyarrow.float64())
    if kinds == {bool}:
        return pyarrow.array(values, pyarrow.bool_())
    return pyarrow.array([_text(value) for value in values], pyarrow.string())


def _is_small(value: object) -> bool:
    """Tell whether 64 bits hold a whole number, or there is none."""
    return value is None or (isinstance(value, int) and -(2**63) <= value < 2**63)


def _text(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
