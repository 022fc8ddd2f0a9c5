"""The user's own modules that a trial is the first to import, which are shared by all later trials."""

from __future__ import annotations

import importlib
import linecache
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import cast

from hypertemplate.compiler.program import Reached
from hypertemplate.runtime.hooks.imports import WatchedLoader
from hypertemplate.runtime.own_code import is_own_file, is_own_module
from hypertemplate.runtime.own_modules.loaded_modules import forget_modules
from hypertemplate.runtime.state.record import Changes, Record
from hypertemplate.runtime.state.recorded_state import Root

_CLOCK = getattr(time, "CLOCK_REALTIME_COARSE", time.CLOCK_REALTIME)
"""Clock of the times of files, which may be some milliseconds slow."""


class LateImports(MetaPathFinder):
    """Finder that records the user's own modules as a trial's import has left them.

    Args:
        own: whether this is the user's own process, in which no module is imported anew.
        differs: tells whether the trial has changed what setup made.
        anew: modules that each trial imports anew, whatever they hold.
    """

    def __init__(self, *, own: bool, differs: Callable[[], bool], anew: Collection[str] = ()) -> None:
        self._own = own
        self._differs = differs
        self._left_alone = frozenset(anew)
        self._records: dict[str, Record] = {}
        self._finding: set[str] = set()
        self._environment: dict[str, str] = {}
        self._told: set[str] = set()
        self._began_ns = 0
        self._written: dict[str, ModuleType] = {}
        self._dependent = ""
        self._anew = False

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Record what is imported in this context."""
        self._environment = dict(os.environ)
        self._began_ns = time.clock_gettime_ns(_CLOCK)
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            if self in sys.meta_path:
                sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the other finders' spec for a module of the user's, with a loader that records it."""
        if fullname in self._finding or target is not None:  # what is reloaded is shared already
            return None
        self._finding.add(fullname)
        try:
            for finder in sys.meta_path:
                find = getattr(finder, "find_spec", None)
                found = None if finder is self or find is None else find(fullname, path, target)
                spec = cast("ModuleSpec | None", found)
                if spec is not None:
                    if spec.loader is not None and _is_own_source(spec.origin):
                        spec.loader = WatchedLoader(spec.loader, [self._record])
                    return spec
        finally:
            self._finding.discard(fullname)
        return None

    def compare(self, number: int) -> Changes:
        """Find what a trial has changed of these modules; one that cannot be put back is imported anew."""
        found = {
            name: record.compare(number, None, lambda: not self._own)
            for name, record in self._records.items()
        }
        notes = tuple(note for name, each in found.items() if name not in self._told for note in each.notes)
        self._told |= {name for name, changes in found.items() if changes.notes}
        lasting = next((changes.lasting for changes in found.values() if changes.lasting), "")
        if self._dependent and self._own:
            why = f"'{self._dependent}' was imported by trial {number} after it had changed what it may read"
            lasting = f"{why}, and the next trial would not import it anew; pass workers=1"
        self._anew = bool(self._dependent) or any(changes.anew for changes in found.values())
        return Changes(notes, lasting if self._own else "")

    def put_back(self) -> None:
        """Put back what `compare` has found; forget the modules if one has to be imported anew."""
        for record in self._records.values():
            record.put_back()
        if self._anew and not self._own:
            self.forget()
        self._forget_written()
        self._anew, self._dependent = False, ""

    def forget(self) -> None:
        """Have the next trial import the modules anew."""
        forget_modules(self._records)
        self._records.clear()

    def _forget_written(self) -> None:
        """Forget modules whose files the trial itself has written, with what Python has kept of them."""
        for module in forget_modules(self._written).values():
            cached = module.__cached__
            if cached is not None:
                Path(cached).unlink(missing_ok=True)
        if self._written:
            importlib.invalidate_caches()
        self._written.clear()

    def _record(self, module: ModuleType) -> None:
        if module.__file__ is not None and Path(module.__file__).stat().st_mtime_ns >= self._began_ns:
            self._written[module.__name__] = module
            return
        if not is_own_module(module) or module.__name__ in self._left_alone:
            return
        name = module.__name__
        # What it made of what the trial had set by then is the trial's own.
        told = self._differs() or any(record.differs for record in self._records.values())
        if told or self._reads_environment(module):
            self._dependent = name
        root = Root(name, Reached(name, "", imported=True), module)
        self._records[name] = Record([root], own=self._own)

    def _reads_environment(self, module: ModuleType) -> bool:
        """Return True if an import may have read variables that the trial, or its imports, had set."""
        now = os.environ.items() ^ self._environment.items()
        if not now or not self._own:
            return bool(now)
        # To end a search takes more: the variable's name.
        text = "".join(linecache.getlines(module.__file__ or ""))
        return any(variable in text for variable, _ in now)


def _is_own_source(origin: str | None) -> bool:
    return origin is not None and origin.endswith(".py") and is_own_file(origin)
