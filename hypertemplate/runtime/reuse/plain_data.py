"""Plain data: scalars, texts, arrays, frames, sparse matrices and containers of these.

Nothing here imports NumPy, pandas, SciPy or Polars: where they are not loaded there is nothing of theirs.
"""

from __future__ import annotations

import array
import datetime
import decimal
import fractions
import pathlib
import sys
from collections import Counter, OrderedDict, deque
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

_SCALARS = frozenset(
    {
        *(bool, bytes, complex, float, int, range, slice, str, type(None), type(Ellipsis)),
        *(datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone),
        *(decimal.Decimal, fractions.Fraction),
    }
)

_MAPPINGS = (dict, OrderedDict, Counter)

_CONTAINERS = frozenset({list, tuple, set, frozenset, deque, *_MAPPINGS})

_FLAT = frozenset({bytearray, array.array})


def not_plain(values: Iterable[Any]) -> str:
    """Name the type of the first object among values, or inside them, that is not plain data; else empty.

    Args:
        values: values, of which containers are looked through; `DataCopies` looks at the objects in arrays.
    """
    pending, seen = [*values], set[int]()
    while pending:
        value = pending.pop()
        kind = type(value)
        if is_scalar(value) or kind in _FLAT or id(value) in seen:
            continue
        seen.add(id(value))
        inside = _inside(value)
        if inside is None:
            return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
        pending += inside
    return ""


def is_scalar(value: Any) -> bool:
    """Return True for a value that nothing can change and that has no identity of its own."""
    kind = type(value)
    if kind in _SCALARS or issubclass(kind, pathlib.PurePath):
        return True
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None and issubclass(kind, (numpy.dtype, numpy.generic)):
        return not issubclass(kind, numpy.void)
    if pandas is None:
        return False
    return kind in (pandas.Timestamp, pandas.Timedelta, pandas.Period, type(pandas.NaT), type(pandas.NA))


def is_frame(value: Any) -> bool:
    """Return True for a table, column or index of pandas."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return False
    kind = type(value)
    of_pandas = kind.__module__.partition(".")[0] == "pandas"
    return of_pandas and issubclass(kind, (pandas.DataFrame, pandas.Series, pandas.Index))


def is_polars(value: Any) -> bool:
    """Return True for a table or column of Polars, whose memory nothing changes."""
    polars = sys.modules.get("polars")
    if polars is None or type(value) not in (polars.DataFrame, polars.Series):
        return False
    return polars.Object not in (value.dtypes if type(value) is polars.DataFrame else [value.dtype])


def order_of_sets(value: Any) -> list[tuple[Any, ...]]:
    """Return the elements of each set in plain data, in their order."""
    pending, found, seen = [value], [], set[int]()
    while pending:
        one = pending.pop()
        kind = type(one)
        if kind not in _CONTAINERS or id(one) in seen:
            continue
        seen.add(id(one))
        if kind in (set, frozenset):
            found.append(tuple(one))
        pending += [*one.keys(), *one.values()] if isinstance(one, _MAPPINGS) else [*one]
    return found


def key_of(value: Any) -> Hashable | None:
    """Return what tells plain scalars, and containers of them, from others; None for anything else.

    Args:
        value: value of a name.
    """
    kind = type(value)
    if is_scalar(value):
        return kind.__name__, repr(value)
    if kind not in _CONTAINERS:
        return None
    inside = [*value.items()] if isinstance(value, _MAPPINGS) else [*value]
    keys = tuple(map(key_of, inside))
    return None if None in keys else (kind.__name__, keys)


def _inside(value: Any) -> Iterable[Any] | None:
    """Return the objects inside one; None if it is not plain data."""
    kind = type(value)
    if kind in _CONTAINERS:
        return (*value, *value.values()) if isinstance(value, _MAPPINGS) else value
    numpy = sys.modules.get("numpy")
    if numpy is not None and kind is numpy.ndarray:
        return ()
    if is_frame(value):
        return _of_frame(value)
    if kind.__module__.startswith("scipy.sparse."):
        return [*vars(value).values()]
    return () if is_polars(value) else None


def _of_frame(value: Any) -> Iterator[Any]:
    """Yield what a table, column or index of pandas holds besides its arrays."""
    dtypes = value.dtypes.array if value.ndim == 2 else [value.dtype]
    yield from (one for one in dtypes if type(one).__module__.partition(".")[0] not in ("numpy", "pandas"))
    yield from (getattr(value, "attrs", None), *(getattr(value, "names", None) or ()))
    yield getattr(value, "name", None)
