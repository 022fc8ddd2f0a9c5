"""Record of the state that setup left behind: the values of the user's names, as far as trials reach them."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from hypertemplate.runtime.state.arrays import ALL_ELEMENTS, FEWEST_ELEMENTS, MOST_ELEMENTS, Array
from hypertemplate.runtime.state.caches import GeneratorState
from hypertemplate.runtime.state.change_notes import (
    IMPORTED_ANEW,
    LOADED_ANEW,
    PUT_BACK,
    data_note,
    note,
    refusal,
    written,
)
from hypertemplate.runtime.state.held_state import exchanged, holds
from hypertemplate.runtime.state.object_graph import LEAVES, Room, found_in
from hypertemplate.runtime.state.positions import Position, Positions
from hypertemplate.runtime.state.recorded_state import Entry, Root
from hypertemplate.runtime.state.traces import Traces
from hypertemplate.runtime.state.weights import KerasVariables, TorchParameters


class Names:
    """The names of the template, as what holds iterators.

    Args:
        names: what they will be put back to.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def holds(self, value: object) -> bool:
        """Return True if a name's value is an object, or a tuple with it."""
        return any(holds(one, value) for one in self._names.values())

    def exchange(self, old: object, new: object) -> None:
        """Give the names that hold an object another one."""
        self._names.update({name: exchanged(one, old, new) for name, one in self._names.items()})


MOST_OBJECTS = 1_000
"""Most objects whose state is recorded, besides functions and classes."""

MOST_VISITED = 20_000
"""Most objects that are visited on the way to them."""

MOST_DEPTH = 8
"""Most steps from a name to the objects that are recorded."""

COPIED_BYTES = 128 * 2**20
"""Most memory of all copies of arrays, tables and weights; the smallest are copied first."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes that a trial made.

    Attributes:
        notes: notes for the user.
        anew: whether the user's modules have to be imported anew.
        lasting: reason why the process should load the program again before its next trial, or why the user's
            own cannot run another one; empty if it may go on.
    """

    notes: tuple[str, ...] = ()
    lasting: str = ""
    anew: bool = False


class Record:
    """The state of everything that some values hold.

    Attributes:
        told: names whose changes were noted.

    Args:
        roots: the values.
        own: whether this is the user's own process, which cannot load anew.
        left_out: the names whose values are not recorded.
        names: what the names of the template will be put back to; an iterator that was used up is exchanged.
        told: names whose changes were noted before.
        certain: whether every trial changes what data returned: then its arrays are put back after each,
            since a change of a few elements may go unnoticed.
    """

    def __init__(
        self,
        roots: Iterable[Root],
        *,
        own: bool,
        left_out: Iterable[str] = (),
        names: dict[str, Any] | None = None,
        told: Iterable[str | int] = (),
        certain: bool = False,
    ) -> None:
        self._own = own
        self._certain = certain
        self._entries, self._positions = _entries(list(roots), frozenset(left_out), names or {})
        self._changed: list[Entry] = []
        self.told = set(told)
        _copy_small(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def differs(self) -> bool:
        """True if any state has changed since it was recorded."""
        return bool(_with_traces_if_needed([entry for entry in self._entries if entry.held.changed()]))

    def compare(
        self, number: int, model: object, can_import_anew: Callable[[], bool] = lambda: False
    ) -> Changes:
        """Find the changes that a trial made.

        Args:
            number: of the trial.
            model: the model function, whose parameters name what data returned.
            can_import_anew: tells whether the user's modules can be imported anew.
        """
        self._changed = _with_traces_if_needed([entry for entry in self._entries if entry.held.changed()])
        lasting = [entry for entry in self._changed if not entry.held.restorable()]
        anew = bool(lasting) and all(map(_is_imported, lasting)) and can_import_anew()
        end = IMPORTED_ANEW if anew else LOADED_ANEW
        # In the user's own process they end the search, with an error that says the same.
        told = [one for one in (*lasting, *self._changed) if not isinstance(one.held, Traces)]
        if self._own:
            told = [one for one in told if one not in lasting]
        notes = tuple(
            note(entry, number, model, end if entry in lasting else PUT_BACK)
            for entry in told
            if self._is_told(entry) and self._is_first(entry)
        )
        if not lasting or anew:
            return Changes(notes, anew=anew)
        if self._own:
            return Changes(notes, refusal(lasting[0], number, model))
        named = written(lasting[0], model)
        return Changes(notes, f"trial {number} changed '{named}', which cannot be put back")

    @property
    def can_put_back_data(self) -> bool:
        """True if there is a copy of all that data returned."""
        return all(entry.held.restorable() for entry in self._entries if entry.root.reached is None)

    def compare_data(self, function: str) -> tuple[str, ...]:
        """Say what the data function has changed in the user's process; it is put back when the search ends.

        Args:
            function: name of the data function.
        """
        changed = _with_traces_if_needed([entry for entry in self._entries if entry.held.changed()])
        lasting = [entry for entry in changed if not entry.held.restorable()]
        told = [one for one in (*lasting, *changed) if one in lasting or not isinstance(one.held, _SILENT)]
        notes = {one.root.name: data_note(one, function, lasting=one in lasting) for one in reversed(told)}
        return tuple(reversed(notes.values()))

    def undo(self) -> None:
        """Put back all changes since it was recorded, without a word."""
        self._changed = [entry for entry in self._entries if entry.held.changed()]
        self.put_back()

    def forget_unchanged(self) -> None:
        """Keep only what has changed since it was recorded."""
        self._entries = [entry for entry in self._entries if entry.held.changed()]

    def spare_iterators(self) -> None:
        """Let copies take the place of iterators, so that no trial uses up the user's own."""
        self._positions.spare()

    def give_back_iterators(self) -> None:
        """Exchange the copies for the user's own iterators."""
        self._positions.give_back()

    def put_back(self) -> None:
        """Put back the changes that `compare` has found."""
        arrays = [entry for entry in self._entries if self._certain and _is_given_array(entry)]
        for entry in {id(entry): entry for entry in (*self._changed, *arrays)}.values():
            # A model that was compiled anew gets its weights all the same.
            if entry.held.restorable() or isinstance(entry.held, KerasVariables):
                entry.held.put_back()
        self._changed = []

    def shared_model(self, value: object) -> str:
        """Return the name of a model that trials share, whose weights are put back; empty if none."""
        named = (
            written(entry, None)
            for entry in self._entries
            if isinstance(entry.held, (KerasVariables, TorchParameters)) and entry.held.owner is value
        )
        return next(named, "")

    def _is_told(self, entry: Entry) -> bool:
        """Return False for a module if the change was found by a name, too."""
        return not entry.root.last or all(one.root.last for one in self._changed)

    def _is_first(self, entry: Entry) -> bool:
        name = entry.root.name
        silent = entry.root.reached is not None and entry.root.reached.grows_only
        first = name not in self.told and not silent
        self.told.add(name)
        return first


def _with_traces_if_needed(changed: list[Entry]) -> list[Entry]:
    """Return the changes; graphs alone are none, since they were traced with what every trial begins with."""
    return changed if any(not isinstance(entry.held, Traces) for entry in changed) else []


_SILENT = (GeneratorState, Position, Traces)
"""States that change as they are used, and of which nobody expects to find the change afterwards."""


def _is_given_array(entry: Entry) -> bool:
    return entry.root.reached is None and isinstance(entry.held, Array)


def _is_imported(entry: Entry) -> bool:
    return entry.root.reached is not None and entry.root.reached.imported


def _entries(
    roots: list[Root], left_out: frozenset[str], names: dict[str, Any]
) -> tuple[list[Entry], Positions]:
    """Return the states of the objects reachable from some values, the nearest first; and the iterators."""
    growing = [one for one in roots if one.reached is not None and one.reached.name in left_out]
    # Under another name it may be read.
    seen = {id(one.value) for one in growing} - {id(one.value) for one in roots if one not in growing}
    pending = deque((root, "", root.value, 0) for root in roots if not root.last)
    later = [(root, "", root.value, 0) for root in roots if root.last]
    room = Room(left_out)
    entries: list[Entry] = []
    left = MOST_OBJECTS
    while (pending or later) and left and len(seen) < MOST_VISITED:
        root, path, value, depth = pending.popleft() if pending else later.pop(0)
        if id(value) in seen or type(value) in LEAVES:
            continue
        found = found_in(value, room)
        seen.add(id(value))
        entries += [Entry(root, path, held) for held in found.held]
        left -= bool(found.held) and not isinstance(value, (FunctionType, type))
        if depth < MOST_DEPTH:
            pending += ((root, path + step, inner, depth + 1) for step, inner in found.inside)
    room.positions.close((*(entry.held for entry in entries), Names(names)))
    return entries, room.positions


def shared_objects(values: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Return the pairs of names whose values are, or hold, one object with a state.

    Args:
        values: values by name.
    """
    owners: dict[int, set[str]] = {}
    for name, value in values.items():
        for one in stateful_objects(value):
            owners.setdefault(id(one), set()).add(name)
    return frozenset(pair for names in owners.values() for pair in itertools.combinations(sorted(names), 2))


def stateful_objects(value: Any, met: dict[int, tuple[int, Any]] | None = None) -> Iterator[Any]:
    """Yield the objects with a state in a value, itself included, except classes and modules.

    Args:
        value: object to go through.
        met: objects that earlier calls have met, with their depths, by identity; this call adds its own,
            and leaves out what was met at no greater depth. By default there are none.
    """
    room, met, count = Room(), {} if met is None else met, 0
    pending = deque([(value, 0)])
    while pending and count < MOST_OBJECTS:
        one, depth = pending.popleft()
        if type(one) in LEAVES or isinstance(one, (type, ModuleType)):
            continue
        if id(one) in met and met[id(one)][0] <= depth:
            continue
        met[id(one)] = depth, one  # which lives on, so that no other object gets its identity
        count += 1
        found = found_in(one, room)
        if found.held:
            yield one
        if depth < MOST_DEPTH:
            pending += ((inner, depth + 1) for _, inner in found.inside)


def _copy_small(entries: list[Entry]) -> None:
    """Start to compare arrays, and keep copies of those that are small enough."""
    arrays = [entry.held for entry in entries if isinstance(entry.held, Array)]
    elements = min(MOST_ELEMENTS, max(FEWEST_ELEMENTS, ALL_ELEMENTS // max(1, len(arrays))))
    left = COPIED_BYTES
    large = (
        (entry.root.last, entry.held.size_bytes, entry.held)
        for entry in entries
        if isinstance(entry.held, (Array, KerasVariables, TorchParameters))
    )
    for _, _, held in sorted(large, key=lambda one: one[:2]):
        left -= held.size_bytes
        if isinstance(held, Array):
            held.begin(elements, copied=left >= 0)
        elif left >= 0:
            held.copy()
