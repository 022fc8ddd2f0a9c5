"""Where the state of an object was found."""

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
    """

    name: str | int
    reached: Reached | None
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """The state of one object.

    Attributes:
        root: from where it was found.
        path: how it is written after the name of the root.
        held: the state.
    """

    root: Root
    path: str
    held: Held
