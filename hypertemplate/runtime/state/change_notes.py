"""Notes on the changes that a trial made."""

from __future__ import annotations

import inspect
import re

from hypertemplate.runtime.state.arrays import Array
from hypertemplate.runtime.state.object_graph import USES
from hypertemplate.runtime.state.recorded_state import Entry

PUT_BACK = "; it is put back before each trial"
IMPORTED_ANEW = " and cannot be put back: its module is imported anew before each trial"
LOADED_ANEW = " and cannot be put back: the program is loaded anew"


def note(entry: Entry, number: int, model: object, end: str) -> str:
    """Say which name, where it is bound, and what is done about it.

    Args:
        entry: the state that was changed.
        number: of the trial.
        model: the model function, whose parameters name what data returned.
        end: what is done.
    """
    said = _said(entry, number, model) + end
    lasting = end != PUT_BACK
    advice = _making(entry, lasting=lasting)
    if isinstance(entry.held, Array):
        advice = _copying(written(entry, model), entry.held.copier)
    if not advice:
        return said
    return f"{said}; {advice}" if lasting else f"{said}. {advice[0].upper()}{advice[1:]}"


def refusal(entry: Entry, number: int, model: object) -> str:
    """Say why the user's own process can run no other trial, and which line to move.

    Args:
        entry: the state that was changed and cannot be put back.
        number: of the trial.
        model: the model function.
    """
    reached = entry.root.reached
    if isinstance(entry.held, Array):
        advice = _copying(written(entry, model), entry.held.copier)
    elif reached is not None and reached.place and not reached.imported and USES not in entry.path:
        advice = f"move {reached.place} into the model function"
    else:
        advice = "make it in the model function"
    why = "and cannot be put back, so the next trial would not begin as it did"
    return f"{_said(entry, number, model)} {why}; {advice}, or pass workers=1"


def _said(entry: Entry, number: int, model: object) -> str:
    array = isinstance(entry.held, Array)
    return f"{_subject(entry, model)} was changed{' in place' if array else ''} by trial {number}"


def written(entry: Entry, model: object) -> str:
    """Return how code writes what was found; of what an object holds, only arrays are named apart from it.

    Args:
        entry: the state.
        model: the model function; without one, what data returned has no other name than its place there.
    """
    path = entry.path if isinstance(entry.held, Array) else ""
    if USES in entry.path:
        used = entry.path.rpartition(USES)[2]
        return used if path else re.sub(r"\W.*", "", used)
    return _root(entry, model) + path


def _root(entry: Entry, model: object) -> str:
    name = entry.root.name
    if isinstance(name, str):
        return name
    parameters = list(inspect.signature(model).parameters) if callable(model) else []
    # A model that takes *arguments has no names for them.
    return parameters[name] if name < len(parameters) else f"data()[{name}]"


def _subject(entry: Entry, model: object) -> str:
    reached = entry.root.reached
    place = f" ({reached.place})" if reached is not None and reached.place else ""
    if USES in entry.path:
        return f"'{written(entry, model)}', which '{_root(entry, model)}'{place} uses,"
    return f"'{written(entry, model)}'{place}"


def _copying(name: str, method: str) -> str:
    if name.isidentifier():
        return f"copy it in the model instead: {name} = {name}.{method}()"
    return "copy it in the model instead"


def _making(entry: Entry, *, lasting: bool) -> str:
    reached = entry.root.reached
    if reached is not None and reached.assigned and USES not in entry.path:
        return f"to make it anew instead, add to {reached.place}: # hypertemplate: trial"
    return "make it in the model function" if lasting else ""
