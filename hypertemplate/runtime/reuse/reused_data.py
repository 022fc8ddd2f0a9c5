"""Data of trials that a marker decides: the data function runs once for each combination of values."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Hashable
from typing import Any

from hypertemplate.compiler.program import DataReuse
from hypertemplate.runtime.draws import Draws
from hypertemplate.runtime.program_data import ProgramData
from hypertemplate.runtime.protocol import DataCall
from hypertemplate.runtime.reuse.data_copies import DataCopies, NotCopiedError
from hypertemplate.runtime.reuse.data_effects import DataEffects, TrialSurroundings
from hypertemplate.runtime.reuse.kept_results import KeptResult, KeptResults
from hypertemplate.runtime.reuse.plain_data import key_of, not_plain
from hypertemplate.runtime.seeds import digests, resume, seed_others, seeded_states

CONTINUOUS = frozenset({"lognormal", "loguniform", "normal", "uniform"})
"""Distributions whose values hardly come twice."""

QUICK_S = 0.005
"""Time of a call that is not worth keeping: to look for its effects takes as long."""

LONGER_THAN_COPY = 1.0
"""Times that a call takes longer than a copy of its result, from which on it is worth keeping."""

MOST_FAILURES = 3
"""Calls that did more than to return something, after which none is watched any more."""

MOST_MISSES = 50
"""Calls that are watched, without a trial that gets a result, after which none is watched any more."""

_MISSING = object()

TOLD_S = 1.0
"""Time of a call from which on a note says why it is not kept."""


class ReusedData:
    """The data function of a program that calls it in each trial, and what is kept of its results.

    Args:
        data: calls the function.
        reuse: what the compiler knows of it.
        seed: seed of the study, which every call begins with.
        budget_bytes: most memory of what is kept.
        continuous: labels whose values hardly come twice.

    Attributes:
        last: what became of the last call; None before the first.
    """

    def __init__(
        self, data: ProgramData, reuse: DataReuse, seed: int, budget_bytes: int, continuous: Collection[str]
    ) -> None:
        self._data = data
        self._reuse = reuse
        self._seed = seed
        self._kept = KeptResults(budget_bytes)
        self._continuous = continuous
        self._seen: set[tuple[str, Any]] = set()
        self._failures = 0
        self._misses = 0
        self._refused = reuse.refused
        self._refusal = ""
        self._told = False
        self.last: DataCall | None = None

    def call(self, around: TrialSurroundings, draws: Draws, seed: int) -> Any:
        """Return what the data function returns, or a copy of what it did for the same values.

        Args:
            around: what the trial has.
            draws: values of the trial.
            seed: seed of the trial, which what follows begins with.
        """
        self.last = None
        began = time.perf_counter()
        start = None if self._refused else self._start(around)
        found = self._refused if start is None else self._kept.find(start, draws.params)
        if isinstance(found, KeptResult):
            returned = self._again(found, around, draws, seed)
            self.last = self._report(found.seconds - (time.perf_counter() - began), ran=False)
            return returned
        if found or start is None or self._is_new(start, draws):
            returned = self._timed(around)
        else:
            returned = self._watched(start, around, draws)
        seed_others(seed)
        return returned

    def _start(self, around: TrialSurroundings) -> Hashable | None:
        """Return what tells the state that a call begins with; None if nothing tells it."""
        seed_others(self._seed)
        names, given = around.names, self._data.arguments()
        values = key_of([*(names.get(name, _MISSING) for name in self._reuse.names), *given])
        if values is None:
            shown = ", ".join((*self._reuse.names, *(["data_args"] if given else ())))
            self._refused = f"it needs values of {shown}, which are no plain numbers and texts"
            return None
        random = repr(sorted(digests().items())), *sorted(seeded_states())
        return hashlib.sha256(repr((random, values)).encode()).digest()

    def _is_new(self, start: Hashable, draws: Draws) -> bool:
        """Return True if a call is known to read a value that has not come before and hardly comes again."""
        read = self._kept.read(start, draws.params).items()
        new = {item for item in read if item[0] in self._continuous} - self._seen
        self._seen |= new
        return bool(new)

    def _again(self, kept: KeptResult, around: TrialSurroundings, draws: Draws, seed: int) -> Any:
        """Do what a call did, and return what it returned."""
        self._misses = 0
        returned, draws.left, bound = kept.copies.copied()
        draws.read_again(kept.read)
        around.names.update(bound)
        self._data.take(around.names)
        resume(seed, kept.random)
        return returned

    def _timed(self, around: TrialSurroundings) -> Any:
        """Call the function."""
        began = time.perf_counter()
        returned = self._data.call(around.names)
        self.last = self._report(time.perf_counter() - began)
        return returned

    def _watched(self, start: Hashable, around: TrialSurroundings, draws: Draws) -> Any:
        """Call the function, and keep its result if that is all that it did."""
        self._misses += 1
        if self._misses == MOST_MISSES:
            self._refused = "its values hardly ever come twice"
        effects = DataEffects(around)
        with draws.noted() as read:
            returned = self._timed(around)
        seconds = self.last.seconds if self.last is not None else 0.0
        new = {item for item in read.items() if item[0] in self._continuous} - self._seen
        self._seen |= new
        if new:
            self._kept.keep(start, read, "")
        elif seconds < QUICK_S:
            self._kept.keep(start, read, "it takes no time")
        elif reason := effects.reason():
            self._did_more(reason)
        else:
            self._keep(start, read, returned, draws, effects, seconds)
        self.last = self._report(seconds)
        return returned

    def _did_more(self, reason: str) -> None:
        """Call the function in every trial from now on, if it keeps doing more than to return something."""
        self._failures += 1  # the first call may import what later ones find
        if self._failures == MOST_FAILURES:
            self._refused = reason

    def _keep(
        self,
        start: Hashable,
        read: dict[str, Any],
        returned: Any,
        draws: Draws,
        effects: DataEffects,
        seconds: float,
    ) -> None:
        """Keep a result, or the reason why it cannot be kept."""
        left = {name: draws.left[name] for name in self._data.locals if name in draws.left}
        bound = effects.bound(frozenset(self._data.locals))
        values = (returned, left, bound)
        try:
            if foreign := not_plain(values):
                raise NotCopiedError(f"it makes a {foreign}, which is not plain data")
            if name := effects.shared(values, frozenset(bound)):
                raise NotCopiedError(f"'{name}' holds a part of what it returns")
            began = time.perf_counter()
            copies = DataCopies(values, self._kept.make_room)
            if seconds < LONGER_THAN_COPY * (time.perf_counter() - began):
                raise NotCopiedError("a copy of what it returns takes as long")
        except NotCopiedError as error:
            self._kept.keep(start, read, str(error))
            self._refusal = str(error)
            return
        self._kept.keep(start, read, KeptResult(copies, tuple(read), seeded_states(), seconds))

    def _report(self, seconds: float, *, ran: bool = True) -> DataCall:
        return DataCall(self._data.function, ran, max(seconds, 0.0), self._kept.used_bytes)

    def note(self) -> str:
        """Say, once, why a function that takes its time runs in every trial; empty where there is nothing."""
        reason = self._refused or self._refusal
        slow = self.last is not None and self.last.ran and self.last.seconds >= TOLD_S
        if self._told or not reason or not slow:
            return ""
        self._told = True
        return f"{self._data.function}() runs in every trial: {reason}"
