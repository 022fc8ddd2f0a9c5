"""State of an object, and the path to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypertemplate.compiler.program import Reached
from hypertemplate.runtime.state.held_state import Held


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """One value that trials share.

    Attributes:
        name: the name by which the model knows it, or its place in what data returned.
        reached: what the compiler knows of the name; None of what data returned.
        value: the value.
        last: whether trials may not reach it, so that others come first.
    """

    name: str | int
    reached: Reached | None
    value: Any
    last: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """State of one object.

    Attributes:
        root: value from which it was found.
        path: text that follows the name of the root.
        held: the state.
    """

    root: Root
    path: str
    held: Held
