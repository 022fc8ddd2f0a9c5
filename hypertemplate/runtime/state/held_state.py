"""State of one object: the protocol of everything in a record, and the comparison of two values."""

from __future__ import annotations

import operator
from typing import Any, Protocol

PLAIN = frozenset({bool, bytes, complex, float, int, str})


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
    """Return True if a value is an object, or a tuple with it."""
    return held is value or (type(held) is tuple and any(one is value for one in held))


def exchanged(held: Any, old: object, new: object) -> Any:
    """Return a value with another object in the place of one."""
    if held is old:
        return new
    return tuple(new if one is old else one for one in held) if holds(held, old) else held
