"""All that Keras keeps in the attributes of a layer, model or optimizer: what is built and compiled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypertemplate.runtime.state.attributes import Attributes, of_everything
from hypertemplate.runtime.state.contents import Contents, container_kind

PARTS = ("_compile_metrics", "_compile_loss", "_loss_tracker", "_tracker")
"""Attributes that hold parts of what compiling made, and that know which variables were found."""


Books = tuple[Attributes | Contents, ...]


def books_of(owners: Iterable[Any]) -> Books:
    """Record the attributes of layers, models and optimizers, and the containers among them."""
    found: dict[int, Books] = {}
    pending = [owner for owner in owners if owner is not None]
    while pending:
        value = pending.pop()
        if id(value) in found:
            continue
        kind = container_kind(type(value))
        contents = () if kind is None else (Contents(value, kind),)
        names = getattr(value, "__dict__", {})
        attributes = (of_everything(names),) if names else ()
        found[id(value)] = (*contents, *attributes)
        pending += (part for name, part in names.items() if name in PARTS and part is not None)
        held = (*names.values(), *(element for one in contents for element in one.elements))
        pending += (part for part in held if container_kind(type(part)))
    return tuple(state for states in found.values() for state in states)
