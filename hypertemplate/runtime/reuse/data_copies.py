"""Copies of plain data: one that is kept, of which each trial gets a copy of its own.

Memory is copied as it lies: arrays have the strides that they had, and share memory where they did.
"""

from __future__ import annotations

import ctypes
import io
import pickle
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from hypertemplate.runtime.reuse.plain_data import is_frame, is_polars, is_scalar, order_of_sets
from hypertemplate.units import size_text

_ALIGNED = 64
"""Bytes to which a stretch of memory is aligned as it was: the order of a sum may depend on that."""

_FREE = -1
"""Owner of the arrays that belong to no frame."""


class NotCopiedError(Exception):
    """Refusal to copy data; the message says why."""


class DataCopies:
    """Data that is kept, and copied for each trial.

    Args:
        value: plain data, as `plain_data.not_plain` tells.
        make_room: makes room for this many bytes, and tells whether there is as much.

    Attributes:
        size_bytes: memory that it takes.

    Raises:
        NotCopiedError: there is no room, or a copy would not be the same.
    """

    def __init__(self, value: Any, make_room: Callable[[int], bool]) -> None:
        parts = _Parts()
        self._text = _text(value, parts)
        self._frames = parts.frames
        self._tables = parts.tables
        stretches = _stretches(parts.arrays)
        self.size_bytes = len(self._text) + sum(map(len, self._frames))
        self.size_bytes += sum(one.size_bytes for one in stretches)
        self.size_bytes += sum(int(one.estimated_size()) for one in self._tables)
        if not make_room(self.size_bytes):
            raise NotCopiedError(f"it takes {size_text(self.size_bytes)}, more than --reuse-memory allows")
        self._memory = [one.memory() for one in stretches]
        placed = (one for number, stretch in enumerate(stretches) for one in stretch.places(number))
        self._places = dict(placed)
        sets = order_of_sets(value)
        if sets and order_of_sets(self.copied()) != sets:
            raise NotCopiedError("a copy of a set in it has another order")

    def copied(self) -> Any:
        """Return a copy."""
        memory = [one.copied() for one in self._memory]

        def part(kind: str, number: int) -> Any:
            if kind == "frame":
                return _Unpickler(self._frames[number], part).load()
            if kind == "table":
                return self._tables[number].clone()  # nothing changes the memory that both have
            place = self._places[number]
            return place.array(memory[place.stretch])

        return _Unpickler(self._text, part).load()


class _Parts:
    """Parts of data that are copied in another way than through a text.

    Attributes:
        arrays: arrays, each with the frame that it belongs to.
        frames: texts of the frames.
        tables: tables of Polars.
    """

    def __init__(self) -> None:
        self.arrays: list[tuple[Any, int]] = []
        self.frames: list[bytes] = []
        self.tables: list[Any] = []

    def add_array(self, array: Any, owner: int) -> None:
        """Add an array; raise NotCopiedError if it holds objects that can change."""
        cells = array.flat if array.dtype.hasobject else ()
        if (other := next((cell for cell in cells if not is_scalar(cell)), None)) is not None:
            raise NotCopiedError(f"an array or table in it holds a {type(other).__qualname__}")
        base = _base(array)
        if isinstance(base, memoryview) and not base.readonly:
            raise NotCopiedError("an array in it lies in the memory of another object")
        self.arrays.append((array, owner))


def _base(array: Any) -> Any:
    """Return the object that has the memory of an array; the array itself if that is its own."""
    while isinstance(array, sys.modules["numpy"].ndarray) and array.base is not None:
        array = array.base
    return array


def _text(value: Any, parts: _Parts, owner: int = _FREE, *, inside: bool = False) -> bytes:
    written = io.BytesIO()
    try:
        _Pickler(written, parts, owner, inside=inside).dump(value)
    except (AttributeError, RecursionError, TypeError, pickle.PicklingError) as error:
        raise NotCopiedError(f"it cannot be copied: {error}") from None
    return written.getvalue()


class _Part(NamedTuple):
    """Part of data in the text of what holds it; `_Unpickler` makes the part.

    Attributes:
        kind: ``array``, ``frame`` or ``table``.
        number: its number among these.
    """

    kind: str
    number: int


class _Pickler(pickle.Pickler):
    """Writer of the text, in which arrays, frames and tables are numbers."""

    def __init__(self, file: io.BytesIO, parts: _Parts, owner: int, *, inside: bool) -> None:
        super().__init__(file, 4)  # pandas lays frames out anew for the fifth
        self._parts = parts
        self._owner = owner
        self._inside = inside

    def reducer_override(self, value: Any) -> Any:
        """Return how an object is written."""
        parts = self._parts
        numpy = sys.modules.get("numpy")
        if numpy is not None and type(value) is numpy.ndarray:
            parts.add_array(value, self._owner)
            return _Part, ("array", len(parts.arrays) - 1)
        if is_polars(value):
            parts.tables.append(value)
            return _Part, ("table", len(parts.tables) - 1)
        if is_frame(value) and not self._inside:
            number = len(parts.frames)
            parts.frames.append(b"")
            owner = number if _copies_on_write() else _FREE
            parts.frames[number] = _text(value, parts, owner, inside=True)
            return _Part, ("frame", number)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Reader of the text."""

    def __init__(self, text: bytes, part: Callable[[str, int], Any]) -> None:
        super().__init__(io.BytesIO(text))
        self._part = part

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name in the text stands for."""
        return self._part if module == __name__ else super().find_class(module, name)


def _copies_on_write() -> bool:
    """Return True if frames that share memory do not show each other's changes, as pandas may have it."""
    pandas = sys.modules["pandas"]
    return int(pandas.__version__.partition(".")[0]) >= 3 or bool(pandas.options.mode.copy_on_write)


@dataclass(frozen=True, slots=True)
class _Memory:
    """Copy of a stretch of memory.

    Attributes:
        array: the only array in it, or its bytes.
        alignment: remainder of the address of its first byte; None for an array.
    """

    array: Any
    alignment: int | None

    def copied(self) -> Any:
        """Return a copy of the array, or of the bytes with their alignment."""
        if self.alignment is None:
            return self.array.copy(order="K")
        made = _aligned(self.array.size, self.alignment)
        made[:] = self.array
        return made


@dataclass(frozen=True, slots=True)
class _Place:
    """An array in a stretch of memory.

    Attributes:
        stretch: number of the stretch.
        offset: bytes from its start; None if it is the array whose copy the stretch is.
        layout: shape, type and strides.
        writeable: whether it can be written to.
        again: whether another array is that copy already.
    """

    stretch: int
    offset: int | None
    layout: tuple[Any, ...]
    writeable: bool
    again: bool

    def array(self, memory: Any) -> Any:
        """Return the array in the copy of a stretch."""
        shape, dtype, strides = self.layout
        if self.offset is not None:
            made = sys.modules["numpy"].ndarray(shape, dtype, memory, self.offset, strides)
        else:
            made = memory.view() if self.again else memory
        made.flags.writeable = self.writeable
        return made


class _Stretch:
    """Stretch of memory that arrays share.

    Attributes:
        low: address of its first byte.
        high: address after its last byte.
        arrays: arrays in it, each with its number.
    """

    def __init__(self, low: int, high: int, number: int, array: Any) -> None:
        self.low = low
        self.high = high
        self.arrays = [(number, array)]

    @property
    def whole(self) -> Any:
        """The only array in it, maybe several times, if its elements lie side by side or are objects."""
        _, first = self.arrays[0]
        alike = all(_layout(array) == _layout(first) for _, array in self.arrays)
        return first if alike and (first.flags.forc or first.dtype.hasobject) else None

    @property
    def size_bytes(self) -> int:
        """Memory that a copy takes, in bytes."""
        return self.high - self.low if self.whole is None else int(self.whole.nbytes)

    def memory(self) -> _Memory:
        """Copy it."""
        if (only := self.whole) is not None:
            return _Memory(only.copy(order="K"), None)
        made = _aligned(self.high - self.low, self.low % _ALIGNED)
        ctypes.memmove(made.ctypes.data, self.low, made.size)
        return _Memory(made, self.low % _ALIGNED)

    def places(self, stretch: int) -> Iterator[tuple[int, _Place]]:
        """Yield the number and the place of each array, in the stretch of this number."""
        for position, (number, array) in enumerate(self.arrays):
            *layout, address = _layout(array)
            offset = None if self.whole is not None else address - self.low
            yield number, _Place(stretch, offset, (*layout,), bool(array.flags.writeable), position > 0)


def _stretches(arrays: list[tuple[Any, int]]) -> list[_Stretch]:
    """Return the stretches of memory in which arrays lie, each of one frame or of arrays alone.

    Raises:
        NotCopiedError: arrays share memory in a way that copies would not.
    """
    found: dict[int, list[_Stretch]] = {}
    placed = ((*bounds_of(array), n, array, owner) for n, (array, owner) in enumerate(arrays))
    for low, high, number, array, owner in sorted(placed, key=lambda one: one[:3]):
        there = found.setdefault(owner, [])
        if not there or low >= there[-1].high:
            there.append(_Stretch(low, high, number, array))
            continue
        there[-1].high = max(there[-1].high, high)
        there[-1].arrays.append((number, array))
    every = [one for each in found.values() for one in each]
    if any(one.whole is None and any(array.dtype.hasobject for _, array in one.arrays) for one in every):
        raise NotCopiedError("arrays of objects in it share memory")
    framed = [one for owner, each in found.items() if owner != _FREE for one in each]
    if any(one.low < other.high and other.low < one.high for one in framed for other in found.get(_FREE, ())):
        raise NotCopiedError("an array in it is a part of a table in it")
    return every


def _layout(array: Any) -> tuple[Any, ...]:
    """Return shape, type, strides and address of an array."""
    return array.shape, array.dtype, array.strides, array.__array_interface__["data"][0]


def bounds_of(array: Any) -> tuple[int, int]:
    """Return the addresses of an array's first byte, and after its last one."""
    first = array.__array_interface__["data"][0]
    if array.size == 0:
        return first, first
    steps = [(size - 1) * stride for size, stride in zip(array.shape, array.strides, strict=True)]
    low = first + sum(step for step in steps if step < 0)
    return low, first + sum(step for step in steps if step > 0) + array.itemsize


def _aligned(size: int, alignment: int) -> Any:
    """Return uninitialised bytes at an address with this remainder."""
    numpy = sys.modules["numpy"]
    room = numpy.empty(size + _ALIGNED, numpy.uint8)
    start = (alignment - room.ctypes.data) % _ALIGNED
    return room[start : start + size]
