"""Effects of a call of the data function besides what it returns, found by comparing the process."""

from __future__ import annotations

import contextvars
import sys
from collections.abc import Callable
from typing import Any

from hypertemplate import trial as running_trial
from hypertemplate.runtime.files.current_view import file_uses
from hypertemplate.runtime.own_modules.late_imports import LateImports
from hypertemplate.runtime.own_modules.loaded_modules import own_modules
from hypertemplate.runtime.reuse.data_copies import bounds_of
from hypertemplate.runtime.settings.recorded_settings import RecordedSettings
from hypertemplate.runtime.state.random_streams import KERAS
from hypertemplate.runtime.state.record import Record, stateful_objects
from hypertemplate.runtime.state.recorded_state import Root

_OURS = frozenset({"_ht_", "__builtins__"})
"""Names of a trial's module that no code of the user's has bound."""

_MISSING = object()

Names = dict[str, Any]


class TrialSurroundings:
    """State of a trial by the time that the data function is called.

    Args:
        names: names of the trial's module.
        snapshot: names that setup has bound, with their values.
        record: state of what setup has made.
        settings: settings of the process.
        late: modules that trials have imported.
        growing: names of histories that trials add to, and that `record` leaves out.
        remade: names of modules that each trial imports anew.
        reports: returns a value that changes as fits report.
        own: whether this is the user's own process.
    """

    def __init__(
        self,
        names: Names,
        snapshot: Names,
        record: Record,
        settings: RecordedSettings,
        late: LateImports,
        growing: frozenset[str],
        remade: tuple[str, ...],
        reports: Callable[[], object],
        *,
        own: bool,
    ) -> None:
        self.names = names
        self.snapshot = snapshot
        self.record = record
        self.settings = settings
        self.late = late
        self.growing = growing
        self.remade = remade
        self.reports = reports
        self.own = own


class DataEffects:
    """Effects of one call of the data function.

    It is made right before the call.

    Args:
        around: what the trial has.
    """

    def __init__(self, around: TrialSurroundings) -> None:
        self._around = around
        self._names = dict(around.names)
        made = (n for n, v in self._names.items() if around.snapshot.get(n, _MISSING) is not v)
        unrecorded = {*made, *(around.growing & self._names.keys())} - _OURS
        self._made = Record((Root(n, None, self._names[n]) for n in unrecorded), own=around.own)
        self._differed = around.record.differs
        self._states = self._read_states()

    def bound(self, but: frozenset[str]) -> Names:
        """Return the names that the call has bound in the trial's module.

        Args:
            but: names that are bound anyway.
        """
        return {n: v for n, v in _bound(self._names, self._around.names).items() if n not in but}

    def reason(self) -> str:
        """Say what the call has done that a later trial would miss; empty if there is nothing."""
        around = self._around
        if not self._names.keys() <= around.names.keys():
            return "it deletes names of the template"
        if self._differed or around.record.differs or self._made.differs:
            return "it changes an object of the template"
        now = self._read_states()
        return next((why for why, state in self._states.items() if now[why] != state), "")

    def _read_states(self) -> dict[str, Any]:
        """Return states of the process, by what is said of a call that changes one."""
        around = self._around
        return {
            "it writes files": file_uses(),
            "it uses the trial's number, folder or values": running_trial._uses(),
            "it reports numbers, or fits a model": around.reports(),
            "it changes modules that it imports": around.late.state,
            "it imports modules that hold markers": [id(sys.modules.get(name)) for name in around.remade],
            "it sets context variables": _identities(contextvars.copy_context()),
            "it makes layers or models": _names_of_layers(),
            "it changes settings of the process": around.settings.changes(),
        }

    def shared(self, values: Any, but: frozenset[str]) -> str:
        """Name a variable, or a module of the user's, that holds a part of the data; empty if there is none.

        Args:
            values: what the call has returned.
            but: names that the call has bound.
        """
        mine = [*stateful_objects(values)]
        known = {id(one) for one in mine}
        bounds = [bounds_of(one) for one in mine if _is_array(one)]
        modules = ((name, dict(vars(module))) for name, module in own_modules().items())
        named = ((n, value) for n, value in self._names.items() if n not in _OURS and n not in but)
        met: dict[int, tuple[int, Any]] = {}  # each module leads to most of the others
        for name, value in [*named, *modules]:
            for one in stateful_objects(value, met):
                if id(one) in known:
                    return name
                if bounds and _is_array(one) and any(_meet(bounds_of(one), other) for other in bounds):
                    return name
        return ""


def _bound(before: Names, now: Names) -> Names:
    """Return the names that have other values than before; no code of the user's compares them."""
    return {name: value for name, value in now.items() if before.get(name, _MISSING) is not value}


def _identities(context: contextvars.Context) -> dict[object, int]:
    return {variable: id(value) for variable, value in context.items()}


def _names_of_layers() -> list[dict[str, int]]:
    """Return the numbers that Keras has given to names of layers, which it continues."""
    loaded = (sys.modules.get(f"{package}.src.backend.common.global_state") for package in KERAS)
    return [dict(state.get_global_attribute("object_name_uids") or {}) if state else {} for state in loaded]


def _is_array(value: Any) -> bool:
    return "numpy" in sys.modules and type(value) is sys.modules["numpy"].ndarray


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
