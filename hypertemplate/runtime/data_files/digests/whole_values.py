"""Values of which equal digests tell that they are equal in all that code can tell."""

from __future__ import annotations

import sys
from typing import Any

from hypertemplate.runtime.data_files.digests.data_contents import FEWEST_BYTES, MOST_ITEMS

_DEPTH = 6
"""Depth of containers in containers."""

_PLAIN = (bool, int, float, complex, str, bytes, range, type(None))
"""Classes of values whose text tells all of them."""


def is_whole(value: Any, most: int, depth: int = _DEPTH) -> bool:
    """Tell whether the digest of a value tells all of it.

    Args:
        value: the value.
        most: number of bytes of arrays that count.
        depth: number of containers in each other that are looked into, by default 6.
    """
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind in (list, tuple, set, frozenset, dict):
        if depth == 0 or len(value) > MOST_ITEMS:
            return False
        items = [*value, *value.values()] if kind is dict else [*value]
        return all(is_whole(one, most // max(1, len(value)), depth - 1) for one in items)
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None and (kind is numpy.ndarray or isinstance(value, numpy.generic)):
        return _has_whole_elements(value, most)
    if pandas is not None and kind in (pandas.DataFrame, pandas.Series):
        return _is_whole_table(value, most)
    return False


def _has_whole_elements(array: Any, most: int) -> bool:
    """Tell whether all elements of a NumPy array count in its checksum, whole."""
    if array.dtype.hasobject:
        return array.size <= MOST_ITEMS and all(type(one) in _PLAIN for one in array.flat)
    return bool(array.nbytes < 2 * max(most, FEWEST_BYTES))


def _is_whole_table(table: Any, most: int) -> bool:
    kinds = sys.modules["numpy"].dtype, sys.modules["pandas"].StringDtype
    columns = [table] if table.ndim == 1 else [table.iloc[:, place] for place in range(table.shape[1])]
    names = [table.name] if table.ndim == 1 else list(table.columns)
    parts = [*columns, table.index]
    return (
        not table.attrs
        and all(type(one) in _PLAIN for one in names)
        and all(isinstance(one.dtype, kinds) for one in parts)
        and all(_has_whole_elements(one.to_numpy(), most // (len(columns) + 1)) for one in parts)
    )
