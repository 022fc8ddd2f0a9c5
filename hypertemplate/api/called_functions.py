"""Functions in memory that values call or hold, and the names that these read and nothing defines."""

from __future__ import annotations

import builtins
import dis
import gc
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType

from hypertemplate.compiler.checks.names import KERNEL_NAMES, MODULE_NAMES
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.frontend.live.functions import innermost
from hypertemplate.runtime.own_code import OURS, is_own_class, is_own_function, package_of
from hypertemplate.runtime.state.attributes import bound_globals, globals_in_code

MOST = 20_000
"""Most objects that are looked through for one value, which takes some hundredths of a second."""

_LEAVES = (bool, bytes, complex, float, int, str, type(None), BuiltinFunctionType, CodeType, ModuleType)

_GUARDS = frozenset({"BaseException", "Exception", "NameError"})
"""Exceptions with which code may catch that a name is undefined."""


def undefined_in_calls(given: Iterable[object]) -> Iterator[tuple[str, str]]:
    """Yield each function that given ones call, directly or not, with each name that it reads in vain.

    Those in the given functions themselves are found in their source.
    """
    roots = [innermost(one) for one in given]
    called = called_functions(roots)
    bound = frozenset().union(*(bound_globals(one.__code__) for one in called))
    for one in called:
        if one not in roots and is_own_function(one):
            yield from ((one.__qualname__, name) for name in sorted(_undefined(one) - bound))


def called_functions(given: Iterable[object]) -> list[FunctionType]:
    """Return functions without their decorators, and those of the same modules that they call."""
    roots = [one for one in map(innermost, given) if isinstance(one, FunctionType)]
    return [*reachable(roots, _named_functions)]


def held_functions(value: object) -> Iterator[FunctionType]:
    """Yield the functions of the user's that a value is or holds, and those that these may call.

    It goes through containers, closures, partial functions, bound methods, decorators, the attributes of
    instances, also of libraries, and through the user's classes; not through modules.
    """
    seen: dict[int, object] = {}
    pending = [value]
    while pending and len(seen) < MOST:
        one = pending.pop()
        if isinstance(one, _LEAVES) or id(one) in seen:
            continue
        seen[id(one)] = one
        if isinstance(one, FunctionType) and is_own_function(one):
            yield one
        pending += _referents(one)


def _referents(value: object) -> list[object]:
    """Return what an object holds, without the namespaces of modules and what libraries' classes hold."""
    if isinstance(value, FunctionType):
        held = [value.__closure__, value.__defaults__, value.__kwdefaults__, value.__dict__]
        names = value.__globals__ if is_own_function(value) else {}
        return [*held, *(names[name] for name in globals_in_code(value.__code__) if name in names)]
    if isinstance(value, type):
        return [*vars(value).values(), *value.__bases__] if is_own_class(value) else []
    if package_of(type(value)) == OURS or (isinstance(value, dict) and "__builtins__" in value):
        return []
    return gc.get_referents(value)


def _named_functions(function: FunctionType) -> list[FunctionType]:
    """Return the functions of its module, and the methods of the module's classes, that a function names."""
    names = function.__globals__
    values = [innermost(names[name]) for name in globals_in_code(function.__code__) if name in names]
    classes = [one for one in values if isinstance(one, type) and one.__module__ == names.get("__name__")]
    methods = [innermost(one) for kind in classes for one in vars(kind).values()]
    return [one for one in (*values, *methods) if isinstance(one, FunctionType) and one.__globals__ is names]


def _undefined(function: FunctionType) -> frozenset[str]:
    """Return the names that a function reads and that are undefined; none where it may catch that."""
    read = globals_in_code(function.__code__)
    if read & _GUARDS:
        return frozenset()
    known = function.__globals__.keys() | vars(builtins).keys() | KERNEL_NAMES.keys() | SIGNATURES.keys()
    return read - known - MODULE_NAMES - _class_names(function.__code__)


def _class_names(code: CodeType) -> frozenset[str]:
    """Return the names that bodies of classes in a function bind."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    own = (one.argval for one in dis.get_instructions(code) if one.opname == "STORE_NAME")
    return frozenset(own).union(*map(_class_names, inner))
