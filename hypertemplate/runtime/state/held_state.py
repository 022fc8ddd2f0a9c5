"""One object's state: the protocol of everything that a record holds, and when two values are alike."""

from __future__ import annotations

import operator
from typing import Any, Protocol

PLAIN = frozenset({bool, bytes, complex, float, int, str})


class Held(Protocol):
    """The state that one object had when it was recorded."""

    def changed(self) -> bool:
        """Tell whether the object has another state now."""

    def restorable(self) -> bool:
        """Tell whether an object that has changed can be given its recorded state."""

    def put_back(self) -> None:
        """Give the object its recorded state."""


def same(now: tuple[Any, ...], before: tuple[Any, ...]) -> bool:
    """Tell whether two tuples hold the same objects, in order; numbers and texts may be equal."""
    if len(now) != len(before):
        return False
    return all(map(operator.is_, now, before)) or all(map(alike, now, before))


def alike(now: Any, before: Any) -> bool:
    """Tell whether two values are one object, or equal numbers or texts; no code of the user's runs."""
    if now is before:
        return True
    if type(now) is not type(before):
        return False
    if type(now) is tuple:
        return same(now, before)
    return type(now) in PLAIN and bool(now == before or (now != now and before != before))
