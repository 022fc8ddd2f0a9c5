"""Numbers from any framework's scalar types, without importing one."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any

_TENSORS = ("numpy", "tensorflow", "torch", "jax", "jaxlib")
"""Libraries whose arrays and tensors may stand for numbers."""


def as_number(value: object) -> float | None:
    """Return the number that `value` is, or None if it is not a number.

    Numbers are Python's, NumPy's, and tensors and arrays of one element; bools and texts are not. A whole
    number too large for a float becomes infinite.
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
            except Exception:  # Each framework raises its own exception for anything but one number.
                continue
            if type(inner) is not type(value):
                return as_number(inner)
    return None


def is_scalar(value: object) -> bool:
    """Tell whether `value` is a real number, or a tensor or array without axes."""
    if isinstance(value, numbers.Real):
        return not isinstance(value, bool)
    return type(value).__module__.partition(".")[0] in _TENSORS and getattr(value, "ndim", None) == 0


def is_fraction(value: object) -> bool:
    """Tell whether `value` is a number of a type that has fractions: no count, no status, no bool."""
    if isinstance(value, numbers.Real):
        return not isinstance(value, numbers.Integral)
    return "float" in str(getattr(value, "dtype", "")) and as_number(value) is not None


def finite_numbers(values: Mapping[Any, Any]) -> dict[str, float]:
    """Return the entries of `values` with a text as the key and a finite number as the value."""
    return {name: number for name, number in numbers_in(values).items() if math.isfinite(number)}


def numbers_in(values: Mapping[Any, Any]) -> dict[str, float]:
    """Return the entries of `values` with a text as the key and any number, also NaN, as the value."""
    found = {}
    for key, value in values.items():
        number = as_number(value)
        if isinstance(key, str) and number is not None:
            found[key] = number
    return found


def _float(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
