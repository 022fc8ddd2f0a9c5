"""Modules with markers that values in memory lead to."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import Any

from hypertemplate.frontend.live.functions import closure_values, innermost
from hypertemplate.frontend.live.imported_names import imports_from
from hypertemplate.runtime.own_code import is_own_class, is_own_function
from hypertemplate.runtime.state.attributes import globals_in_code

_MOST = 1000
"""Most objects that are looked through for one value."""


def imports_of(values: Mapping[str, Any], modules: Collection[str]) -> str:
    """Return the imports that bind values as they are bound: those of modules, and of what is in these.

    Args:
        values: values by name.
        modules: names of the modules that hold markers, or import such a module.
    """
    lines = {name: _import_of(name, value, modules) for name, value in values.items()}
    lines |= imports_from(modules, values) if modules else {}
    return "".join(f"{line}\n" for _, line in sorted(lines.items()) if line)


def _import_of(name: str, value: object, modules: Collection[str]) -> str:
    if isinstance(value, ModuleType):
        return f"import {value.__name__} as {name}" if value.__name__ in modules else ""
    home, own = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if home not in modules or not isinstance(own, str):
        return ""
    is_there = vars(sys.modules[home]).get(own) is value if home in sys.modules else False
    return f"from {home} import {own} as {name}" if is_there else ""


def reached_paths(value: object, modules: Collection[str]) -> frozenset[str]:
    """Return the dotted paths in some modules of what a value's code leads to.

    Args:
        value: a function, class or object, or a container of these.
        modules: names of the modules that hold markers, or import such a module.
    """
    found: set[str] = set()
    seen: dict[int, object] = {}
    pending = [value]
    while pending and len(seen) < _MOST:
        one = innermost(pending.pop())
        if id(one) not in seen:
            seen[id(one)] = one
            path = _path_in(one, modules)
            found.update({path} - {""})
            pending += () if path else _held(one)
    return frozenset(found)


def _path_in(value: object, modules: Collection[str]) -> str:
    """Return the path of a definition in one of the modules, or of that of an object; else an empty text."""
    if isinstance(value, ModuleType):
        return value.__name__ if value.__name__ in modules else ""
    one = value if isinstance(value, (FunctionType, type)) else type(value)
    return f"{one.__module__}.{one.__qualname__}" if one.__module__ in modules else ""


def _held(value: object) -> Iterator[object]:
    """Yield the objects that a value's code may use."""
    match value:
        case FunctionType() if is_own_function(value):
            names = value.__globals__
            yield from (names[name] for name in globals_in_code(value.__code__) if name in names)
            yield from closure_values(value).values()
        case partial():
            yield from (value.func, *value.args, *value.keywords.values())
        case MethodType():
            yield from (value.__self__, value.__func__)
        case type() if is_own_class(value):
            yield from vars(value).values()
        case staticmethod() | classmethod():
            yield value.__func__
        case list() | tuple() | set() | frozenset():
            yield from value
        case dict():
            yield from value.values()
        case _ if not isinstance(value, (type, FunctionType)) and is_own_class(type(value)):
            yield type(value)
            yield from getattr(value, "__dict__", {}).values()
