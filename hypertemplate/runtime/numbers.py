"""Numbers out of whatever a framework calls a number, without importing one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def as_number(value: object) -> float | None:
    """The number that `value` is, or None if it is none.

    Numbers are Python's, NumPy's, and tensors and arrays of one element. A bool is none, nor is a text.
    A whole number too large for a float is infinite.
    """
    if isinstance(value, (str, bytes, bool)):
        return None
    if isinstance(value, (int, float)):
        return _float(value)
    for convert in ("item", "numpy", "__float__"):
        method = getattr(value, convert, None)
        if callable(method):
            try:
                inner = method()
            except Exception:  # What is not one number says so in its framework's own exception.
                continue
            if type(inner) is not type(value):
                return as_number(inner)
    return None


def finite_numbers(values: Mapping[Any, Any]) -> dict[str, float]:
    """The entries of `values` that have a text for a key and a finite number for a value."""
    found = {}
    for key, value in values.items():
        number = as_number(value)
        if isinstance(key, str) and number is not None and math.isfinite(number):
            found[key] = number
    return found


def _float(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
