"""Values of which a record has the whole state, so that whatever a trial does to them can be put back."""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
import sys
from collections.abc import Iterable
from types import BuiltinFunctionType, FunctionType, MethodType, MethodWrapperType, ModuleType
from typing import Any

from hypertemplate.runtime.own_code import is_own_class, package_of
from hypertemplate.runtime.state.arrays import is_array
from hypertemplate.runtime.state.contents import container_kind
from hypertemplate.runtime.state.object_graph import LEAVES, MOST_INSIDE, WITH_BOOKS, Found, Room, found_in
from hypertemplate.runtime.state.weights import KerasVariables, TorchParameters

MOST_VISITED = 1_000
"""Most objects that are looked at."""

FROZEN = (
    *(datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo, decimal.Decimal, fractions.Fraction),
    *(pathlib.PurePath, type, FunctionType, MethodType, BuiltinFunctionType, MethodWrapperType, ModuleType),
)
"""Classes whose objects do not change, or are recorded where the user wrote them."""


def has_whole_state(values: Iterable[Any]) -> bool:
    """Return True if all that can change of some values, and of what they hold, is recorded exactly."""
    room = Room()
    pending = [value for value in values if type(value) not in LEAVES]
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        found = found_in(value, room)
        if len(seen) > MOST_VISITED or not _is_known(value, found):
            return False
        pending += [one for _, one in found.inside if type(one) not in LEAVES]
    return True


def _is_known(value: Any, found: Found) -> bool:
    kind = type(value)
    if issubclass(kind, FROZEN):
        return True
    if is_array(value):
        return _is_plain_array(value)
    if any(isinstance(held, TorchParameters) for held in found.held):
        return False
    if any(isinstance(held, KerasVariables) for held in found.held):
        return package_of(kind) == "keras"
    if issubclass(kind, (tuple, frozenset)) or container_kind(kind) is not None:
        return len(value) <= MOST_INSIDE or all(type(one) in LEAVES for one in _elements(value))
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(kind, (numpy.generic, numpy.dtype)):
        return True
    return bool(found.held) and all(_is_recorded(base) for base in kind.__mro__[:-1])


def _is_recorded(kind: type) -> bool:
    """Return True for a class whose attributes are its objects' whole state."""
    package = package_of(kind)
    standard = package in sys.stdlib_module_names and package not in WITH_BOOKS
    return is_own_class(kind) or package == "sklearn" or standard


def _is_plain_array(value: Any) -> bool:
    dtypes = getattr(value, "dtypes", None) if hasattr(value, "columns") else [value.dtype]
    return all(not getattr(dtype, "hasobject", False) for dtype in (dtypes if dtypes is not None else ()))


def _elements(value: Any) -> Iterable[Any]:
    return (*value, *value.values()) if isinstance(value, dict) else value
