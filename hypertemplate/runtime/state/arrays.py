"""Arrays, tensors and tables: compared by a checksum, and put back from a copy where there is room for one.

The elements that are compared are spread over an array, so that a big one takes about a millisecond; a change
of a few elements of it may go unnoticed. Nothing here imports NumPy, pandas, SciPy or PyTorch: where they are
not loaded there is nothing of theirs.
"""

from __future__ import annotations

import math
import sys
import zlib
from collections.abc import Iterator
from typing import Any

MOST_ELEMENTS = 16_384
"""Approximate number of compared elements of one array; fewer if there are many arrays."""

ALL_ELEMENTS = 65_536
"""Approximate number of compared elements of all arrays of one program."""

FEWEST_ELEMENTS = 256
"""Least number of compared elements of one array, however many arrays there are."""

MOST_COLUMNS = 100
"""Most columns of one table that are compared."""


class Array:
    """The elements of an array, a tensor or a table.

    Args:
        value: as `is_array` tells.
    """

    def __init__(self, value: Any) -> None:
        self._value = value
        self._elements = MOST_ELEMENTS
        self._sum = 0
        self._copy: Any = None
        self._copied = False
        self._attrs = value.attrs if _is_table(value) else None

    @property
    def copier(self) -> str:
        """Method that returns a copy."""
        return "clone" if _is(self._value, "torch", "Tensor") else "copy"

    @property
    def size_bytes(self) -> int:
        """Memory that a copy takes, in bytes."""
        if _is_table(self._value):
            usage = self._value.memory_usage(index=True, deep=False)
            return int(usage if self._value.ndim == 1 else usage.sum())
        return int(_viewed(self._value).nbytes)

    def begin(self, elements: int, *, copied: bool) -> None:
        """Take the checksum of about this many elements, and a copy if allowed."""
        self._elements = elements
        self._sum = checksum(self._value, elements)
        self._copied = copied
        if copied:
            self._copy = self._value.copy() if _is_table(self._value) else _viewed(self._value).copy()

    def changed(self) -> bool:
        """Return True if the compared elements, or the shape, differ."""
        if _is_table(self._value) and self._value.attrs is not self._attrs:
            return True
        return checksum(self._value, self._elements) != self._sum

    def restorable(self) -> bool:
        """Return True if there is a copy, and the array still has the memory for it."""
        if not self._copied or _is_table(self._value):
            return self._copied
        view = _viewed(self._value)
        alike = view.shape == self._copy.shape and view.dtype == self._copy.dtype
        return bool(view.flags.writeable) and alike

    def put_back(self) -> None:
        """Copy the elements back."""
        if _is_table(self._value):
            type(self._value).__init__(self._value, self._copy, copy=True)
            object.__setattr__(self._value, "_attrs", self._attrs)  # what it holds has a record of its own
        else:
            _viewed(self._value)[...] = self._copy


def is_array(value: Any) -> bool:
    """Return True for an array or a table whose elements can change and are quickly read."""
    if _is(value, "numpy", "ndarray"):
        # To read a file that is mapped into memory may take long.
        return bool(value.flags.writeable) and not _is(value, "numpy", "memmap")
    if _is(value, "torch", "Tensor"):
        return _viewed(value) is not None
    return _is_table(value)


def objects_in(value: Any, most: int) -> list[Any]:
    """Return the first objects that an array, or each column of a table, holds by reference."""
    if _is_table(value):
        columns = (one for one in _columns(value) if one.dtype == object)
        return [value.attrs, *(cell for column in columns for cell in column.iloc[:most].tolist())]
    array = _viewed(value)
    some = array.flat[:most].tolist() if array.dtype.hasobject else []
    return [held for row in some for held in row] if array.dtype.names else some


def checksum(value: Any, elements: int = MOST_ELEMENTS) -> int:
    """Return a checksum of the shape, and of elements spread over an array or each column of a table."""
    if _is_table(value):
        columns = [_sum(column, elements) for column in _columns(value)]
        names = () if value.ndim == 1 else tuple(value.columns[:MOST_COLUMNS])
        return zlib.crc32(repr((value.shape, names, columns)).encode())
    return _array_sum(_viewed(value), elements)


def _array_sum(value: Any, elements: int) -> int:
    array = sys.modules["numpy"].asarray(value)  # without what a class of its own adds, such as units
    step = max(1, array.size // elements)
    # Else they may all be of a few columns.
    while step > 1 and math.gcd(step, array.shape[-1]) > 1:
        step += 1
    spread = array.reshape(-1) if array.flags.c_contiguous else array.flat
    return zlib.crc32(spread[::step].tobytes(), zlib.crc32(repr((array.shape, array.dtype)).encode()))


def _sum(column: Any, elements: int) -> int:
    if _is(column.dtype, "numpy", "dtype"):
        return _array_sum(column.to_numpy(), elements)
    some = column.iloc[:: max(1, len(column) // FEWEST_ELEMENTS)].tolist()
    return zlib.crc32(repr(some).encode(errors="replace"))


def _columns(table: Any) -> Iterator[Any]:
    """Return the columns of a pandas table."""
    count = 1 if table.ndim == 1 else min(table.shape[1], MOST_COLUMNS)
    yield from (table if table.ndim == 1 else table.iloc[:, number] for number in range(count))


def _viewed(value: Any) -> Any:
    """Return an array over the memory of an array or tensor; None for a tensor without a NumPy array."""
    if not _is(value, "torch", "Tensor"):
        return value
    if value.device.type != "cpu":
        return None
    try:
        return value.detach().numpy()
    except (RuntimeError, TypeError):  # sparse, quantised, or of a type of PyTorch's own
        return None


def _is_table(value: Any) -> bool:
    return _is(value, "pandas", "DataFrame", "Series")


def _is(value: Any, package: str, *names: str) -> bool:
    """Return True if a value is of one of these classes; a package that is not loaded has none."""
    module = sys.modules.get(package)
    kinds = tuple(getattr(module, name) for name in names if hasattr(module, name))
    return issubclass(type(value), kinds)
