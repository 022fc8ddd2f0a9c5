"""Positions of iterators, generators and hashes, whose state only native code has.

None of these can be set back in place. Where one can be copied, a copy takes its place wherever it was found.
"""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import operator
import pickle
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import count, cycle
from types import FrameType, FunctionType, GeneratorType, ModuleType
from typing import Any, Protocol, runtime_checkable

from hypertemplate.runtime.state.held_state import BOUND

NATIVE = frozenset({"_collections", "_csv", "_struct", "builtins", "collections", "functools", "itertools"})
"""Modules of the classes of native iterators."""

HASHES = ("_blake2", "_hashlib", "_md5", "_sha")
"""Beginnings of the names of the modules of hashes."""

INLINE = frozenset({bool, float, int, range, tuple, type(None)})
"""Types whose objects native iterators make anew each time that they are asked for their state."""

MOST_COPIED = 1_000
"""Most elements that an iterator over a dict or set still has, of which there is a copy."""

MOST_PARTS = 1_000
"""Most objects that are looked for behind one iterator."""

MOST_NESTED = 20
"""Most iterators one in another that are looked into."""

Fingerprint = tuple[Any, list[Any]]


@runtime_checkable
class Holder(Protocol):
    """State of an object that holds others, which can be exchanged."""

    def holds(self, value: object) -> bool:
        """Return True if an object is held, by itself or in a tuple."""

    def exchange(self, old: object, new: object) -> None:
        """Hold another object in place of one."""


class Position:
    """The position of an iterator, a generator or a hash.

    Args:
        value: as `has_position` tells.
        group: all positions of one record.

    Attributes:
        value: the object.
        holders: states of the objects that hold it.
    """

    def __init__(self, value: Any, group: Positions) -> None:
        self.value = value
        self.holders: list[Holder] = []
        self._group = group
        self._before = _fingerprint(value)
        group.states.append(self)

    def changed(self) -> bool:
        """Return True if the object has moved on."""
        state, parts = _fingerprint(self.value)
        before, held = self._before
        return state != before or len(parts) != len(held) or not all(map(operator.is_, parts, held))

    def restorable(self) -> bool:
        """Return True if there is a copy, and all that hold the object can be given another one."""
        return self._group.has_copy(self)

    def put_back(self) -> None:
        """Exchange all objects of the group for copies."""
        if self.changed():
            self._group.put_back()

    def take_place(self, new: Any) -> None:
        """Let a copy take the place of the object."""
        for holder in self.holders:
            holder.exchange(self.value, new)
        self.value = new
        self._before = _fingerprint(new)


class Positions:
    """All positions of one record, which are copied together, since one iterator may read from another.

    Attributes:
        states: the positions.
    """

    def __init__(self) -> None:
        self.states: list[Position] = []
        self._fixed: set[int] = set()
        self._copied: list[Position] = []
        self._copy: tuple[bytes, list[Any]] = b"", []
        self._spared: list[tuple[Position, Any]] = []

    def fix(self, value: object) -> None:
        """Note that something holds an object that cannot hold another one; or a tuple or method with it."""
        for one in (value, *(value if type(value) is tuple else ())):
            self._fixed |= {id(one), id(one.__self__ if type(one) in BOUND else one)}

    def close(self, others: Iterable[object]) -> None:
        """Find what holds the objects, and copy those that can be copied."""
        if not self.states:
            return
        holders = [one for one in others if isinstance(one, Holder)]
        for state in self.states:
            state.holders += [one for one in holders if one.holds(state.value)]
        self._copied = [one for one in self.states if self._can_be_copied(one)]
        self._take()

    def spare(self) -> None:
        """Let copies take the place of the objects, which stay as they are until `give_back`."""
        self._spared = [(state, state.value) for state in self._copied]
        self.put_back()

    def give_back(self) -> None:
        """Exchange the copies for the objects again."""
        for state, value in self._spared:
            state.take_place(value)

    def has_copy(self, state: Position) -> bool:
        """Return True if there is a copy of an object."""
        return state in self._copied

    def put_back(self) -> None:
        """Exchange all objects for copies."""
        if not self._copied:
            return
        data, parts = self._copy
        with _unwarned():
            copies = _Unpickler(data, parts).load()
        for state, new in zip(self._copied, copies, strict=True):
            state.take_place(new)
        self._take()

    def _can_be_copied(self, state: Position) -> bool:
        held = bool(state.holders) and id(state.value) not in self._fixed
        return held and _is_native(type(state.value)) and _copied([state.value]) is not None

    def _take(self) -> None:
        self._copy = _copied([state.value for state in self._copied]) or (b"", [])


def has_position(value: Any) -> bool:
    """Return True for a generator, a hash, or an iterator of native code of Python, or derived from one."""
    kind = type(value)
    return _is_hash(kind) or any(map(_is_iterator, kind.__mro__))


def parts_of(value: Any) -> list[Any]:
    """Return the objects that a generator or iterator works on, also through others, but no iterators."""
    found: list[Any] = []
    pending = [value]
    seen: set[int] = set()
    while pending and len(seen) < MOST_PARTS:
        one = pending.pop()
        if id(one) in seen or _is_hash(type(one)):
            continue
        seen.add(id(one))
        if _is_iterator(type(one)) or type(one) is _TEE_DATA:
            pending += _referents(one, functions=True)
        else:
            found.append(one)
    return found


def _is_native(kind: type) -> bool:
    return _is_hash(kind) or _is_iterator(kind)


def _is_iterator(kind: type) -> bool:
    return (kind.__module__ in NATIVE and hasattr(kind, "__next__")) or _is_of_numpy(kind)


def _is_of_numpy(kind: type) -> bool:
    return kind.__module__ == "numpy" and kind.__name__ in OF_NUMPY


def _is_hash(kind: type) -> bool:
    return kind.__module__.startswith(HASHES) and hasattr(kind, "hexdigest")


def _fingerprint(value: Any, depth: int = MOST_NESTED) -> Fingerprint:
    """Return plain data, and objects that are compared by identity; both differ if the position does."""
    kind = type(value)
    if _is_hash(kind):
        return value.digest() if kind.__name__[:5] != "shake" else value.digest(32), []
    if _is_of_numpy(kind):
        return OF_NUMPY[kind.__name__](value), []
    if kind is not GeneratorType and _is_native(kind) and (copied := _copied([value])):
        return copied
    frame = value.gi_frame if kind is GeneratorType else None
    state: Any = frame.f_lasti if frame is not None else operator.length_hint(value)
    if issubclass(kind, count):
        state = count.__repr__(value)
    parts: list[Any] = []
    inner: list[Any] = []
    for part in _referents(value):
        if depth and _is_iterator(type(part)):
            inside, more = _fingerprint(part, depth - 1)
            inner.append(inside)
            parts += more
        else:
            parts.append(part)
    return (state, inner), parts


def _next_index(value: Any) -> int | None:
    """Return the index of what an `nditer` yields next, which its own index tells only from the second on."""
    ahead = value.copy()
    return ahead.iterindex if next(ahead, None) is not None else None


def _of_inner(value: Any) -> list[Fingerprint]:
    """Return the positions of the native iterators of an iterator that is written in Python."""
    return [_fingerprint(inner) for inner in vars(value).values() if _is_iterator(type(inner))]


OF_NUMPY: dict[str, Callable[[Any], object]] = {
    "flatiter": lambda value: value.index,
    "ndenumerate": _of_inner,
    "nditer": _next_index,
}
"""Function that tells the position of NumPy's iterators, by the names of their classes."""


def _referents(value: Any, *, functions: bool = False) -> list[Any]:
    if type(value) is GeneratorType:
        value.gi_frame  # noqa: B018 - it is made when it is first asked for, and is a referent from then on
    held: list[Any] = []
    for one in gc.get_referents(value):
        held += one[:MOST_PARTS] if type(one) is tuple else (one,)
    passed = (FrameType, ModuleType, type) if functions else (FrameType, FunctionType, ModuleType, type)
    return [one for one in held if not isinstance(one, passed)]


class _Kept:
    """An object that a copy shares with the original."""

    def __init__(self, value: Any) -> None:
        self.value = value


class _Unpickler(pickle.Unpickler):
    """Reader of copies, which hold the parts that were not copied themselves.

    Args:
        data: what the pickler wrote.
        parts: objects that it numbered.
    """

    def __init__(self, data: bytes, parts: list[Any]) -> None:
        super().__init__(io.BytesIO(data))
        self._parts = parts

    def persistent_load(self, number: int) -> Any:
        return self._parts[number]


class _Copier(pickle.Pickler):
    """Writer of native iterators: all else is written as a number, and kept in `parts`."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=4)
        self.parts: list[Any] = []
        self._numbers: dict[int, int] = {}

    def persistent_id(self, obj: Any) -> int | None:
        kind = type(obj)
        if kind in INLINE or kind is _TEE_DATA or _is_native(kind):
            return None  # of a generator there is no copy
        kept = obj.value if kind is _Kept else obj
        if id(kept) not in self._numbers:
            self._numbers[id(kept)] = len(self.parts)
            self.parts.append(kept)
        return self._numbers[id(kept)]

    def reducer_override(self, obj: Any) -> Any:
        kind = type(obj)
        if _is_hash(kind) or (_is_of_numpy(kind) and kind.__name__ == "nditer"):
            return _copy_of, (_Kept(obj.copy()),)
        if kind is cycle:  # it adds to its list while it goes through its elements for the first time
            made = obj.__reduce__()
            elements, second = made[2]
            return _cycle, (*made[1], _Kept(elements) if second else tuple(elements), second)
        if kind is _TEE_DATA:
            iterator, values, more = obj.__reduce__()[1]
            return _tee_data, (iterator, tuple(values), more)
        if kind is _OVER_TUPLE:
            made = obj.__reduce__()
            kept = not any(_is_iterator(type(one)) for one in made[1][0])
            return (made[0], (_Kept(made[1][0]),), *made[2:]) if kept else made
        if kind in _OVER_KEYS:
            if len(left := obj.__reduce__()[1][0]) > MOST_COPIED:
                raise TypeError
            return iter, (tuple(left),)
        return NotImplemented


_WARNS = (3, 12) <= sys.version_info < (3, 14)
"""True where Python warns that a later release copies no iterators."""

_OVER_TUPLE: type = type(iter(()))

_NO_KEYS: dict[Any, Any] = {}
_OVER_KEYS: tuple[type, ...] = tuple(
    type(iter(one)) for one in (set[Any](), _NO_KEYS.keys(), _NO_KEYS.values(), _NO_KEYS.items())
)

_TEE_DATA: type = vars(itertools)["_tee_dataobject"]


def _tee_data(iterator: Any, values: tuple[Any, ...], more: Any) -> Any:
    return _TEE_DATA(iterator, list(values), more)


def _copy_of(value: Any) -> Any:
    return value.copy()


def _cycle(iterator: Any, elements: Any, second: Any) -> Any:
    made: Any = cycle(iterator)
    made.__setstate__((elements if second else list(elements), second))
    return made


@contextlib.contextmanager
def _unwarned() -> Iterator[None]:
    """Show no warning of what Python says of copies of iterators."""
    with warnings.catch_warnings() if _WARNS else contextlib.nullcontext():
        if _WARNS:
            warnings.simplefilter("ignore")
        yield


def _copied(values: list[Any]) -> Fingerprint | None:
    """Return copies of native iterators and hashes as data, and what they share; None if one has no copy."""
    file = io.BytesIO()
    copier = _Copier(file)
    with _unwarned():
        try:
            copier.dump(tuple(values))
        except (TypeError, ValueError, pickle.PicklingError):
            return None  # a generator has no copy, nor have some iterators of Python 3.14
    return file.getvalue(), copier.parts
