"""Notes on the changes that a trial made."""

from __future__ import annotations

import inspect
import re
from types import ModuleType

from hypertemplate.runtime.state.arrays import Array
from hypertemplate.runtime.state.attributes import Attributes
from hypertemplate.runtime.state.object_graph import USES
from hypertemplate.runtime.state.positions import Position
from hypertemplate.runtime.state.recorded_state import Entry

PUT_BACK = "; it is put back before each trial"
IMPORTED_ANEW = " and cannot be put back: its module is imported anew before each trial"
A_LIST = "make a list of it, which every trial can read"
LOADED_ANEW = " and cannot be put back: the program is loaded anew"


def note(entry: Entry, number: int, model: object, end: str) -> str:
    """Say which name, where it is bound, and what is done about it.

    Args:
        entry: the state that was changed.
        number: of the trial.
        model: the model function, whose parameters name what data returned.
        end: what is done.
    """
    lasting = end != PUT_BACK
    said = _said(entry, number, model, lasting=lasting) + end
    advice = _making(entry, model, lasting=lasting)
    if isinstance(entry.held, Array):
        advice = _copying(written(entry, model), entry.held.copier)
    if not advice:
        return said
    return f"{said}; {advice}" if lasting else f"{said}. {advice[0].upper()}{advice[1:]}"


def data_note(entry: Entry, function: str, *, lasting: bool) -> str:
    """Say what the data function has changed in the user's process.

    Args:
        entry: the state that was changed.
        function: name of the data function.
        lasting: whether it cannot be put back.
    """
    place = " in place" if isinstance(entry.held, Array) else ""
    subject = f"'{written(entry, None)}'" if USES in entry.path else _subject(entry, None)
    said = f"{subject} was changed{place} by {function}()"
    if lasting:
        made = f"make '{written(entry, None)}' in {function}()"
        return f"{said} and cannot be put back: another search here would have other data; {made}"
    return f"{said}; it is put back when the search ends, so that another one has the same data"


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
    elif _is_iterator(entry):
        advice = A_LIST
    elif reached is not None and reached.place and not reached.imported and USES not in entry.path:
        advice = (
            f"move {reached.place} into the model function"
            if callable(model)
            else f"add to {reached.place}: # hypertemplate: trial"
        )
    else:
        advice = _in_trial(model)
    why = "and cannot be put back, so the next trial would not begin as it did"
    return f"{_said(entry, number, model, lasting=True)} {why}; {advice}, or pass workers=1"


def _said(entry: Entry, number: int, model: object, *, lasting: bool) -> str:
    array = isinstance(entry.held, Array)
    if lasting and _is_iterator(entry):
        inner = getattr(entry.held, "value", None) is not entry.root.value
        return f"{'an iterator in ' * inner}{_subject(entry, model)} was read by trial {number}"
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
    if isinstance(entry.held, Attributes) and entry.held.module and (names := entry.held.differing()):
        more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
        changed = f"'{entry.held.module}.{names[0]}'{more}"
        if type(entry.root.value) is ModuleType:
            return f"{changed}{place}"
        return f"{changed}, which '{_root(entry, model)}'{place} uses,"
    if USES in entry.path:
        return f"'{written(entry, model)}', which '{_root(entry, model)}'{place} uses,"
    return f"'{written(entry, model)}'{place}"


def _copying(name: str, method: str) -> str:
    if name.isidentifier():
        return f"copy it in the model instead: {name} = {name}.{method}()"
    return "copy it in the model instead"


def _is_iterator(entry: Entry) -> bool:
    return isinstance(entry.held, Position) and hasattr(entry.held.value, "__next__")


def _in_trial(model: object) -> str:
    """Say where what each trial needs anew is to be made; scripts and cells have no model function."""
    return f"make it in {'the model function' if callable(model) else 'the code that is searched'}"


def _making(entry: Entry, model: object, *, lasting: bool) -> str:
    reached = entry.root.reached
    if reached is not None and reached.assigned and USES not in entry.path:
        return f"to make it anew instead, add to {reached.place}: # hypertemplate: trial"
    if not lasting:
        return ""
    return A_LIST if _is_iterator(entry) else _in_trial(model)
