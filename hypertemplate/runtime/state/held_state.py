"""State of one object: the protocol of everything in a record, and the comparison of two values."""

from __future__ import annotations

import operator
from typing import Any, Protocol

PLAIN = frozenset({bool, bytes, complex, float, int, str})

BOUND = frozenset({type([].append), type([].__iter__)})
"""Types of the methods of native objects, which can be made for another object."""


class Held(Protocol):
    """State that one object had when it was recorded."""

    def changed(self) -> bool:
        """Return True if the object now has another state."""

    def restorable(self) -> bool:
        """Return True if an object that has changed can be given its recorded state."""

    def put_back(self) -> None:
        """Restore the recorded state of the object."""


def same(now: tuple[Any, ...], before: tuple[Any, ...]) -> bool:
    """Return True if two tuples hold the same objects, in order; numbers and texts may be equal."""
    if len(now) != len(before):
        return False
    return all(map(operator.is_, now, before)) or all(map(alike, now, before))


def alike(now: Any, before: Any) -> bool:
    """Return True if two values are one object, or equal numbers or texts; no user code runs."""
    if now is before:
        return True
    if type(now) is not type(before):
        return False
    if type(now) is tuple:
        return same(now, before)
    return type(now) in PLAIN and bool(now == before or (now != now and before != before))


def holds(held: Any, value: object) -> bool:
    """Return True if a value is an object, or a native method of it, or a tuple with one of these."""
    return _is_of(held, value) or (type(held) is tuple and any(_is_of(one, value) for one in held))


def exchanged(held: Any, old: object, new: object) -> Any:
    """Return a value with another object in the place of one."""
    if type(held) is tuple and holds(held, old):
        return tuple(exchanged(one, old, new) for one in held)
    if not _is_of(held, old):
        return held
    return new if held is old else getattr(new, held.__name__)


def _is_of(held: Any, value: object) -> bool:
    return held is value or (type(held) in BOUND and held.__self__ is value)
