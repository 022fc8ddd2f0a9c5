"""Elements of containers: lists, dicts, sets, deques, arrays of bytes and numbers."""

from __future__ import annotations

import array
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from hypertemplate.runtime.state.held_state import exchanged, holds, same

SPREAD = 64
"""Approximate number of compared elements of a long container."""

Elements = tuple[Any, ...]


class Access(NamedTuple):
    """The ways to read and write a kind of container, past what a class derived from it does.

    Attributes:
        read: gives the elements; of a dict its keys, then its values.
        write: replaces all of them.
        unordered: whether their order means nothing.
        fixed: tells whether a container cannot get these elements now; None where it always can.
    """

    read: Callable[[Any], Elements]
    write: Callable[[Any, Elements], None]
    unordered: bool = False
    fixed: Callable[[Any, Elements], bool] | None = None


def _read_dict(kind: Any) -> Callable[[Any], Elements]:
    def read(held: Any) -> Elements:
        return (*kind.keys(held), *kind.values(held))

    return read


def _write_dict(kind: Any) -> Callable[[Any, Elements], None]:
    def write(held: Any, elements: Elements) -> None:
        kind.clear(held)
        half = len(elements) // 2
        for key, value in zip(elements[:half], elements[half:], strict=True):
            kind.__setitem__(held, key, value)

    return write


def _write_list(held: Any, elements: Elements) -> None:
    list.__setitem__(held, slice(None), elements)


def _write_deque(held: Any, elements: Elements) -> None:
    deque.clear(held)
    deque.extend(held, elements)


def _write_set(held: Any, elements: Elements) -> None:
    set.clear(held)
    set.update(held, elements)


def _write_weak_set(held: Any, elements: Elements) -> None:
    weakref.WeakSet.clear(held)
    weakref.WeakSet.update(held, elements)


def _write_bytes(held: Any, elements: Elements) -> None:
    bytearray.__setitem__(held, slice(None), elements[0])


def _write_numbers(held: Any, elements: Elements) -> None:
    if len(held) * held.itemsize == len(elements[0]):
        memoryview(held).cast("B")[:] = elements[0]
    else:
        del held[:]
        array.array.frombytes(held, elements[0])


def _is_lent(held: Any, elements: Elements) -> bool:
    """Return True if the size differs, and a view holds the memory of an array of bytes or numbers."""
    if len(held) == 0 or memoryview(held).nbytes == len(elements[0]):
        return False
    try:
        held.append(held[-1])
    except BufferError:
        return True
    held.pop()
    return False


KINDS: dict[type, Access] = {
    list: Access(lambda held: tuple(list.__iter__(held)), _write_list),
    OrderedDict: Access(_read_dict(OrderedDict), _write_dict(OrderedDict)),
    dict: Access(_read_dict(dict), _write_dict(dict)),
    deque: Access(lambda held: tuple(deque.__iter__(held)), _write_deque),
    set: Access(lambda held: tuple(set.__iter__(held)), _write_set, unordered=True),
    weakref.WeakKeyDictionary: Access(
        _read_dict(weakref.WeakKeyDictionary), _write_dict(weakref.WeakKeyDictionary)
    ),
    weakref.WeakValueDictionary: Access(
        _read_dict(weakref.WeakValueDictionary), _write_dict(weakref.WeakValueDictionary)
    ),
    weakref.WeakSet: Access(
        lambda held: tuple(weakref.WeakSet.__iter__(held)), _write_weak_set, unordered=True
    ),
    bytearray: Access(lambda held: (bytes(held),), _write_bytes, fixed=_is_lent),
    array.array: Access(lambda held: (array.array.tobytes(held),), _write_numbers, fixed=_is_lent),
}
"""Kind of container -> its access; the first one in a class's order of bases applies."""


def container_kind(kind: type) -> type | None:
    """Return the kind of container that a class is or derives from."""
    return next((base for base in kind.__mro__ if base in KINDS), None)


class Contents:
    """The elements of a container, by identity.

    Args:
        container: the container.
        kind: as `container_kind` tells.
    """

    def __init__(self, container: Any, kind: type) -> None:
        self._container = container
        self._access = KINDS[kind]
        self.elements = self._access.read(container)

    def changed(self) -> bool:
        """Return True if the elements, or their order, have changed."""
        now = self._access.read(self._container)
        if same(now, self.elements):
            return False
        return not self._access.unordered or set(map(id, now)) != set(map(id, self.elements))

    def restorable(self) -> bool:
        """Return True if the container can change its size: not while its memory is lent out."""
        if self._access.fixed is None:
            return True
        return not self._access.fixed(self._container, self.elements)

    def put_back(self) -> None:
        """Restore the elements of the container."""
        self._access.write(self._container, self.elements)

    def holds(self, value: object) -> bool:
        """Return True if an element is an object, or a tuple with it."""
        return any(holds(one, value) for one in self.elements)

    def exchange(self, old: object, new: object) -> None:
        """Put another object in the place of one."""
        self.elements = tuple(exchanged(one, old, new) for one in self.elements)
        self.put_back()


class LongContents:
    """A container with too many elements to keep: its length, and some elements that are spread over it.

    Args:
        container: the container.
        kind: as `container_kind` tells.
    """

    def __init__(self, container: Any, kind: Any) -> None:
        self._container = container
        self._kind = kind
        self._length = kind.__len__(container)
        self._some = self._spread()

    def changed(self) -> bool:
        """Return True if the length or one of these elements differs."""
        return self._kind.__len__(self._container) != self._length or not same(self._spread(), self._some)

    def restorable(self) -> bool:
        """Return False: there is no copy."""
        return False

    def put_back(self) -> None:
        """Do nothing, as there is no copy."""

    def _spread(self) -> Elements:
        elements = self._kind.values if issubclass(self._kind, Mapping) else self._kind.__iter__
        return tuple(islice(elements(self._container), 0, None, max(1, self._length // SPREAD)))
