"""The user's own modules that a trial is the first to import, which are shared by all later trials."""

from __future__ import annotations

import ast
import importlib
import linecache
import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import cast

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.program import Reached
from hypertemplate.compiler.syntax.import_paths import loaded_paths, with_packages
from hypertemplate.runtime.files.current_view import view
from hypertemplate.runtime.files.trial_view import TrialView
from hypertemplate.runtime.hooks.imports import WatchedLoader
from hypertemplate.runtime.own_code import is_own_module, is_own_source
from hypertemplate.runtime.own_modules.environment_reads import unnoticed
from hypertemplate.runtime.own_modules.loaded_modules import forget_modules
from hypertemplate.runtime.seeds import digests, is_seeded
from hypertemplate.runtime.state.record import Changes, Record
from hypertemplate.runtime.state.recorded_state import Root

_CLOCK = getattr(time, "CLOCK_REALTIME_COARSE", time.CLOCK_REALTIME)
"""Clock of the times of files, which may be some milliseconds slow."""


class LateImports(MetaPathFinder):
    """Finder that records the user's own modules as a trial's import has left them.

    Args:
        own: whether this is the user's own process, in which no module is imported anew.
        differs: tells whether the trial has changed what setup made.
        settings: returns the packages whose settings the trial has changed.
        anew: modules that each trial imports anew, whatever they hold.
        dependent: modules that may read what trials set, though it need not differ from what setup has set.
    """

    def __init__(
        self,
        *,
        own: bool,
        differs: Callable[[], bool],
        settings: Callable[[], Collection[str]],
        anew: Collection[str] = (),
        dependent: Collection[str] = (),
    ) -> None:
        self._own = own
        self._settings = settings
        self._differs = differs
        self._left_alone = frozenset(anew)
        self._reading = frozenset(() if own else dependent)
        self._earlier: frozenset[str] = frozenset()
        self._records: dict[str, Record] = {}
        self._files: dict[str, str] = {}
        self._finding: set[str] = set()
        self._environment: dict[str, str] = {}
        self._told: set[str] = set()
        self._began_ns = 0
        self._written: dict[str, ModuleType] = {}
        self._dependent: dict[str, str] = {}
        self._anew = False

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Record what is imported in this context."""
        self._environment = dict(os.environ)
        self._earlier = frozenset(self._records)
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
            for finder in (_Written(), *sys.meta_path):
                find = getattr(finder, "find_spec", None)
                found = None if finder is self or find is None else find(fullname, path, target)
                spec = cast("ModuleSpec | None", found)
                if spec is not None:
                    if spec.loader is not None and spec.origin is not None and is_own_source(spec.origin):
                        self._files[fullname] = spec.origin
                        around = partial(self._watched, fullname)
                        record = partial(self._record, fullname)
                        spec.loader = WatchedLoader(spec.loader, [record], around)
                    return spec
        finally:
            self._finding.discard(fullname)
        return None

    @property
    def state(self) -> tuple[tuple[str, ...], bool]:
        """Modules that depend on the trial that imports them, and whether a trial has changed any module."""
        return (*self._dependent, *self._written), any(one.differs for one in self._records.values())

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
            name, why = next(iter(self._dependent.items()))
            told = f"trial {number} imported '{name}'{why}"
            lasting = (
                f"{told}, and the next trial would not import it anew; "
                "import it above the search, or pass workers=1"
            )
        elif self._own and (name := self._read_before()):
            lasting = (
                f"trial {number} changed what '{name}' may have read when an earlier trial imported it, "
                "so its result may be wrong; import it above the search, or pass workers=1"
            )
        self._anew = any(changes.anew for changes in found.values())
        return Changes(notes, lasting if self._own else "")

    def put_back(self) -> None:
        """Put back what `compare` has found; forget the modules if one has to be imported anew."""
        for record in reversed(self._records.values()):
            record.put_back()
        if not self._own:
            self._forget(self._records if self._anew else self._importing_dependent())
        self._forget_written()
        self._anew = False
        self._dependent.clear()

    def forget(self) -> None:
        """Have the next trial import the modules anew."""
        self._forget(self._records)

    def _forget(self, names: Iterable[str]) -> None:
        for name in forget_modules(names):
            self._records.pop(name, None)

    def _importing_dependent(self) -> list[str]:
        """Return the modules that have to be imported anew, with those that have names of them."""

        def importers(name: str) -> Iterator[str]:
            return (other for other, paths in imported.items() if name in paths)

        late = self._records if self._dependent else ()
        imported = {name: _imported(name, self._files[name]) for name in late}
        return [*reachable(self._dependent, importers)]

    def _forget_written(self) -> None:
        """Forget modules whose files the trial itself has written, with what Python has kept of them."""
        for module in forget_modules(self._written).values():
            cached = module.__cached__
            if cached is not None:
                Path(cached).unlink(missing_ok=True)
        if self._written:
            importlib.invalidate_caches()
        self._written.clear()

    @contextmanager
    def _watched(self, name: str) -> Iterator[None]:
        """Note whether a module that runs in this context depends on the trial, or the trial on its draws."""
        if name in self._left_alone:
            yield
            return
        with unnoticed():
            settings, before, files = {*self._settings()}, digests(), _uses_of_files()
        told = self._may_read(name, settings - {"os"})  # `_reads_environment` knows its variables
        yield
        with unnoticed():
            after, set_here = digests(), {*self._settings()} - settings
        if not self._own and set_here:
            self._dependent[name] = ", which changes settings"
        if told or _uses_of_files() != files:
            self._dependent[name] = f" after changing what '{name}' may read"
        if any(is_seeded(one) and state != before.get(one) for one, state in after.items()):
            self._dependent[name] = ", which draws from a seeded random generator, or seeds one"

    def _record(self, name: str, module: ModuleType) -> None:
        if Path(self._files[name]).stat().st_mtime_ns >= self._began_ns:
            self._written[name] = module
            self._dependent.pop(name, None)
            return
        if not is_own_module(module) or name in self._left_alone:
            return
        # What it made of what the trial had set by then is the trial's own.
        told = self._differs() or any(record.differs for record in self._records.values())
        if told or name in self._reading or self._reads_environment(name):
            self._dependent[name] = f" after changing what '{name}' may read"
        root = Root(name, Reached(name, "", imported=True), module)
        self._records[name] = Record([root], own=self._own)

    def _read_before(self) -> str:
        """Name a module of an earlier trial that may have read what this trial has changed."""
        changed = ({*self._settings()} - {"os"}) | self._changed_variables()
        return next((name for name in sorted(self._earlier) if self._may_read(name, changed)), "")

    def _changed_variables(self) -> set[str]:
        with unnoticed():
            return {variable for variable, _ in os.environ.items() ^ self._environment.items()}

    def _reads_environment(self, name: str) -> bool:
        """Return True if an import may have read variables that the trial, or its imports, had set."""
        return self._may_read(name, self._changed_variables())

    def _may_read(self, name: str, changed: set[str]) -> bool:
        """Return True if a module may read what was changed; to end a search takes more: its name there."""
        return bool(changed) and (not self._own or any(one in _text(self._files[name]) for one in changed))


class _Written:
    """Finder of modules in files that the running trial has written, and that lie in its folder."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of such a module, where the file would stand in a folder of `sys.path`."""
        files = view()
        if not isinstance(files, TrialView):
            return None
        name = fullname.rpartition(".")[2]
        for folder in sys.path if path is None else path:
            for file in (f"{name}/__init__.py", f"{name}.py"):
                relative = files.relative(f"{folder or '.'}/{file}")
                if relative is not None and files.has_own(relative):
                    files.own_uses += 1
                    return spec_from_file_location(fullname, files.own(relative))
        return None


def _text(file: str) -> str:
    return "".join(linecache.getlines(file))


def _uses_of_files() -> int:
    """Return how often the running trial has used files of its own, which no other trial finds."""
    found = view()
    return found.own_uses if isinstance(found, TrialView) else 0


def _imported(name: str, file: str) -> set[str]:
    """Return the modules of which a module may hold something: it imports them, or is in them."""
    package = name if Path(file).stem == "__init__" else name.rpartition(".")[0]
    paths = (path for node in ast.walk(ast.parse(_text(file))) for path in loaded_paths(node, package))
    return {*with_packages(name)[:-1], *paths}
