"""The words for what a trial has changed."""

from __future__ import annotations

import inspect

from hypertemplate.runtime.state.arrays import Array
from hypertemplate.runtime.state.recorded_state import Entry


def note(entry: Entry, number: int, model: object, *, own: bool, lasting: bool) -> str:
    """Say which name, where it is bound, and what is done about it.

    Args:
        entry: the state that was changed.
        number: of the trial.
        model: the model function, whose parameters name what data returned.
        own: whether the process is the user's own, which cannot load anew.
        lasting: whether it cannot be put back.
    """
    array = isinstance(entry.held, Array)
    reached = entry.root.reached
    name = written(entry, model)
    place = f" ({reached.place})" if reached is not None and reached.place else ""
    said = f"'{name}'{place} was changed{' in place' if array else ''} by trial {number}"
    if not lasting:
        said += "; it is put back before each trial"
    elif own:
        said += " and cannot be put back: later trials see the change"
    else:
        said += " and cannot be put back: the program is loaded anew"
    if array:
        copied = "copy it in the model first"
        if name.isidentifier():
            copied = f"copy it in the model: {name} = {name}.copy()"
        return f"{said}; {copied}" if lasting else f"{said}. To save that, {copied}"
    if reached is None or not reached.assigned:
        return said if not lasting else f"{said}; make it in the model function"
    return f"{said}. To make it anew instead, add to {reached.place}: # hypertemplate: trial"


def written(entry: Entry, model: object) -> str:
    """Return how the model's code writes what was found.

    Args:
        entry: the state.
        model: the model function; without one, what data returned has no other name than its place there.
    """
    first = entry.root.name
    path = entry.path if isinstance(entry.held, Array) else ""
    if isinstance(first, str):
        return first + path
    parameters = list(inspect.signature(model).parameters) if callable(model) else []
    # A model that takes *arguments has no names for them.
    return (parameters[first] if first < len(parameters) else f"data()[{first}]") + path
