"""Objects inside an object, which are recorded with it."""

from __future__ import annotations

import functools
import gc
import sys
import weakref
from _thread import _local as local
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from enum import Enum
from itertools import islice
from types import CodeType, FrameType, FunctionType, MethodType, ModuleType, TracebackType
from typing import Any, cast

from hypertemplate.runtime.own_code import (
    has_other_names,
    is_own_class,
    is_own_function,
    is_own_module,
    package_of,
)
from hypertemplate.runtime.state import attributes
from hypertemplate.runtime.state.arrays import Array, is_array, objects_in
from hypertemplate.runtime.state.caches import (
    CACHED,
    Cache,
    Registry,
    cached_results,
    generator_state,
    is_generic,
)
from hypertemplate.runtime.state.contents import Contents, LongContents, container_kind
from hypertemplate.runtime.state.held_state import BOUND, Held
from hypertemplate.runtime.state.native_state import NativeState, native_state
from hypertemplate.runtime.state.positions import Position, Positions, has_position, parts_of
from hypertemplate.runtime.state.traces import Traces, is_traced, traced_functions
from hypertemplate.runtime.state.weights import weights

WITH_BOOKS = frozenset(
    {
        *("IPython", "asyncio", "concurrent", "ctypes", "h5py", "hypertemplate", "importlib", "inspect"),
        *("io", "ipykernel", "ipywidgets", "jax", "jaxlib", "logging", "matplotlib", "multiprocessing"),
        *("numpy", "pandas", "pyspark", "selectors", "socket", "sqlite3", "ssl", "subprocess", "tempfile"),
        *("tensorflow", "threading", "tqdm", "typing", "unittest", "wandb", "weakref", "zipfile"),
    }
)
"""Packages whose objects have internal state of their own, which their attributes are a part of."""

USES = "|"
"""Marker in a path before a name of a function's module."""

LEAVES = frozenset(
    {
        *(bool, bytes, complex, float, int, object, range, slice, str),
        *(type(None), type(Ellipsis), type(NotImplemented), type(str.join)),
    }
)
"""Types whose objects hold nothing that can change."""

MOST_ELEMENTS = 100_000
"""Most elements kept of all containers together; of a container beyond them a few are compared."""

MOST_INSIDE = 1_000
"""Most elements of one container that are looked into."""

Inside = Iterable[tuple[str, Any]]


class Room:
    """The number of elements that may still be kept.

    Args:
        left_out: the names of modules whose values are not recorded.

    Attributes:
        positions: positions of the iterators that were found.
    """

    def __init__(self, left_out: frozenset[str] = frozenset()) -> None:
        self.elements = MOST_ELEMENTS
        self.positions = Positions()
        self.left_out = left_out

    def take(self, count: int) -> bool:
        """Reserve room for this many elements, if there is as much."""
        if count > self.elements:
            return False
        self.elements -= count
        return True


class Found:
    """State of an object, and the objects inside it.

    Attributes:
        held: states of the object itself.
        inside: objects inside it: pairs of the text that follows the object's name, and the object.
    """

    def __init__(self, *held: Held | None, inside: Inside = ()) -> None:
        self.held = [one for one in held if one is not None]
        self.inside = inside


def found_in(value: Any, room: Room) -> Found:
    """Record an object's own state, except what a library keeps for itself."""
    kind = type(value)
    if kind in LEAVES:
        return Found()
    if kind is FunctionType:
        return _function(value, room) if is_own_function(value) else _foreign_function(value)
    if isinstance(value, type):
        return _class(value) if is_own_class(value) else Found()
    if issubclass(kind, ModuleType):
        return _module(value) if is_own_module(value) else Found()
    if kind in _WRAPPERS:
        wrapped = [getattr(value, name) for name in _WRAPPERS[kind]]
        if kind not in BOUND:
            for one in wrapped:
                room.positions.fix(one)
        wrapped += cached_results(value) if kind is CACHED else []
        return Found(Cache(value) if kind is CACHED else None, inside=[("", one) for one in wrapped])
    if is_traced(value):
        return Found(Traces(value), inside=[("", one) for one in traced_functions(value)])
    if is_array(value):
        inside = (one for one in objects_in(value, MOST_INSIDE) if type(one) not in LEAVES)
        return Found(Array(value), inside=(("[...]", one) for one in inside))
    if kind is memoryview:
        return Found(inside=[("", value.obj)])
    if has_position(value):
        _names_of(value)  # a dict that is made when it is first asked for, and is held from then on
        read = [("", one) for one in parts_of(value) if one is not value]
        return _with_attributes(value, Position(value, room.positions), inside=read)
    if issubclass(kind, functools.partial):
        called = attributes.of_partial(value)
        return _with_attributes(value, called, inside=[("", one) for one in called.values.values()])
    if kind is ContextVar:
        return Found(inside=[("", one) for one in _given_to(value)])
    if (state := weights(value) or generator_state(value) or native_state(value)) is not None:
        held = state.inside if isinstance(state, NativeState) else ()
        return _with_attributes(value, state, inside=[("", one) for one in held])
    if issubclass(kind, (tuple, frozenset)):
        return _of_elements(value, room)
    base = container_kind(kind)
    if base is None:
        return _with_attributes(value, inside=_without_name(value, room))
    return _container(value, base, room)


def _given_to(variable: ContextVar[Any]) -> list[Any]:
    """Return the value of a context variable, or its default; none if it has neither."""
    try:
        return [variable.get()]
    except LookupError:
        return []


_WRAPPERS: dict[type, tuple[str, ...]] = {
    CACHED: ("__wrapped__",),
    MethodType: ("__self__", "__func__"),
    classmethod: ("__func__",),
    functools.cached_property: ("func",),
    functools.partialmethod: ("func", "args", "keywords"),
    property: ("fget", "fset", "fdel"),
    staticmethod: ("__func__",),
    type([].append): ("__self__",),
    type([].__iter__): ("__self__",),
}
"""Types that wrap another object, and the attribute that holds it."""


def _function(function: FunctionType, room: Room) -> Found:
    states = [attributes.of_function(function), attributes.of_closure(function)]
    inside = [("", value) for one in states if one is not None for value in one.values.values()]
    if has_other_names(function):
        counted = attributes.globals_in_code(function.__code__) - room.left_out
        module = attributes.of_module(function.__globals__, counted)
        inside += [(f"{USES}{name}", value) for name, value in module.values.items()]
        states.append(module)
    return Found(*states, inside=inside)


def _foreign_function(function: FunctionType) -> Found:
    """Find the implementations of a generic function, and the user's functions that a library has wrapped."""
    registry = [Registry(function)] if is_generic(function) else []
    inside = [one for each in registry for one in each.implementations]
    closure = attributes.of_closure(function)
    inside += closure.values.values() if closure is not None else ()
    functions = (one for one in inside if type(one) is FunctionType or type(one) in _WRAPPERS)
    return Found(*registry, inside=[("", one) for one in functions])


def _class(kind: type) -> Found:
    state = attributes.of_class(kind)
    members = type.__getattribute__(kind, "__dict__").values()
    methods = (member for member in members if type(member) is FunctionType)
    return Found(state, inside=(("", value) for value in (*state.values.values(), *methods, *kind.__bases__)))


def _module(module: ModuleType) -> Found:
    names = attributes.of_module(object.__getattribute__(module, "__dict__"))
    return Found(names, inside=((f".{name}", value) for name, value in names.values.items()))


def _container(value: Any, kind: Any, room: Room) -> Found:
    attributed = Found() if type(value) is kind else _with_attributes(value)
    if isinstance(value, defaultdict):
        factory = attributes.of_default_factory(value)
        made = [("", one) for one in factory.values.values()]
        attributed = Found(factory, *attributed.held, inside=[*made, *attributed.inside])
    if not room.take(kind.__len__(value)):
        return Found(LongContents(value, kind), *attributed.held, inside=attributed.inside)
    contents = Contents(value, kind)
    if issubclass(kind, Mapping):
        inside = _keyed(zip(*_halves(contents.elements), strict=True))
    else:
        inside = _indexed(contents.elements)
    return Found(contents, *attributed.held, inside=[*inside, *attributed.inside])


def _with_attributes(value: Any, *states: Held, inside: Inside = ()) -> Found:
    """Record the attributes of an instance, in addition to its other state."""
    kind = type(value)
    own = is_own_class(kind)
    if not own and (states or package_of(kind) in WITH_BOOKS):
        return Found(*states, inside=inside)
    names = _names_of(value)
    by_name = attributes.of_instance(value, names, own=own) if names is not None else None
    recorded = [one for one in (by_name, attributes.of_slots(value) if own else None) if one is not None]
    named = [(f".{name}", held) for one in recorded for name, held in one.values.items()]
    return Found(*states, *recorded, inside=[*inside, *named, ("", kind)])


def _of_elements(value: Any, room: Room) -> Found:
    """Find what a tuple or frozen set holds; a tuple in a tuple, and a frozen set, keep what they hold."""
    for one in value:
        if isinstance(value, frozenset) or type(one) is tuple:
            room.positions.fix(one)
    attributed = _with_attributes(value) if is_own_class(type(value)) else Found()
    return Found(*attributed.held, inside=[*_indexed(tuple(value)), *attributed.inside])


def _without_name(value: Any, room: Room) -> Inside:
    """Return what an object holds that none of its attributes names."""
    kind = type(value)
    if issubclass(kind, Enum):
        return [("", value._value_)]
    if issubclass(kind, weakref.ref):
        return [("", value())]
    package = package_of(kind).lstrip("_")
    if package not in sys.stdlib_module_names or package in WITH_BOOKS or _names_of(value) is not None:
        return ()
    held = [one for one in gc.get_referents(value) if not isinstance(one, _ROOTS)]
    for one in held:
        room.positions.fix(one)
    return [("", one) for one in held if not _is_of_class(one)]


_ROOTS = (CodeType, FrameType, ModuleType, TracebackType, type)
"""Classes of objects from which a whole program is reached."""


def _is_of_class(value: Any) -> bool:
    """Return True for the dict of a class, which nothing may write to."""
    return type(value) is dict and "__module__" in value and "__doc__" in value


def _names_of(value: Any) -> dict[str, Any] | None:
    try:
        if isinstance(value, local):
            return cast("dict[str, Any]", local.__getattribute__(value, "__dict__"))  # those of this thread
        names = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None
    return names if type(names) is dict else None


def _halves(elements: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    half = len(elements) // 2
    return elements[:half], elements[half:]


def _indexed(elements: tuple[Any, ...]) -> Inside:
    return ((f"[{n}]", one) for n, one in enumerate(elements[:MOST_INSIDE]) if type(one) not in LEAVES)


def _keyed(items: Iterable[tuple[Any, Any]]) -> Inside:
    for key, value in islice(items, MOST_INSIDE):
        if type(value) not in LEAVES:
            yield f"[{key!r}]" if type(key) in (int, str) else "[...]", value
