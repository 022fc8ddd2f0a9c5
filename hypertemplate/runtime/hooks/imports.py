"""Actions on a package when the user's code imports it, without importing it earlier."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from gc import get_threshold, set_threshold  # a trial may replace them in their module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, cast

from hypertemplate.runtime.own_code import is_own_source

Action = Callable[[ModuleType], None]
Around = Callable[[], AbstractContextManager[object]]

RARELY = (10_000, 1_000, 1_000)
"""Thresholds of the garbage collector while a watched module runs.

TensorFlow's import makes a million objects that stay, and by default a fifth of its time goes into looking
for garbage among them.
"""


class ImportWatcher(MetaPathFinder):
    """Finder that delegates to the other finders, and runs actions after watched imports.

    Args:
        around: returns a context in which each watched module runs.

    Attributes:
        outermost: returns a context in which each module runs that no other module imports, with its actions;
            None where there is no need.
        of_libraries: whether that holds for libraries alone, also those that a module of the user's imports.
    """

    def __init__(self, around: Around = nullcontext) -> None:
        self.outermost: Around | None = None
        self.of_libraries = False
        self._around = around
        self._actions: dict[str, list[Action]] = {}
        self._thread = threading.get_ident()
        self._importing = False
        self._finding: set[str] = set()

    def install(self) -> None:
        """Start watching imports, those of this thread."""
        sys.meta_path.insert(0, self)

    def uninstall(self) -> None:
        """Stop watching imports."""
        sys.meta_path.remove(self)

    def watch(self, name: str, action: Action) -> None:
        """Call ``action(module)`` each time after module `name` has run, and now if it is already loaded."""
        self._actions.setdefault(name, []).append(action)
        module = sys.modules.get(name)
        if module is not None:
            action(module)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the other finders' spec for a watched module, with a loader that runs the actions."""
        inner = self._importing or threading.get_ident() != self._thread
        outermost = nullcontext if inner or self.outermost is None else self._noted
        if fullname not in self._actions and outermost is nullcontext:
            return None
        if fullname in self._finding:  # asked by another watcher, such as that of a search around this one
            return None
        self._finding.add(fullname)
        try:
            spec = self._found(fullname, path, target)
        finally:
            self._finding.discard(fullname)
        if spec is not None and spec.loader is not None:
            around = self._watched if fullname in self._actions else nullcontext
            if self.of_libraries and is_own_source(spec.origin):
                outermost = nullcontext
            spec.loader = WatchedLoader(spec.loader, self._actions.get(fullname, []), around, outermost)
        return spec

    def _found(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        """Return the spec of the first other finder that knows the module; it decides, as usual."""
        for finder in sys.meta_path:
            # Some old finders have no find_spec; the import system skips them too.
            find = getattr(finder, "find_spec", None)
            spec = None if finder is self or find is None else find(fullname, path, target)
            if spec is not None:
                return cast("ModuleSpec", spec)
        return None

    @contextmanager
    def _watched(self) -> Iterator[None]:
        with self._around(), _collecting_rarely():
            yield

    @contextmanager
    def _noted(self) -> Iterator[None]:
        if self._importing or self.outermost is None:
            yield
            return
        self._importing = True
        try:
            with self.outermost():
                yield
        finally:
            self._importing = False


class WatchedLoader(Loader):
    """Wrapper of a loader that runs a module in a context and then calls actions, all in an outer context."""

    def __init__(
        self, loader: Any, actions: list[Action], around: Around = nullcontext, outer: Around = nullcontext
    ) -> None:
        self._loader = loader
        self._outer = outer
        self._around = around
        self._actions = actions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Create the module as the loader does."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run the module in the context, then the actions."""
        # The module must carry its own loader: packages ask it for their data files.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with self._outer():
            with self._around():
                self._loader.exec_module(module)
            for action in self._actions:
                action(module)


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Have the garbage collector run rarely in this context, unless code in it, or before it, decides so."""
    before = get_threshold()
    if not 0 < before[0] < RARELY[0]:
        yield
        return
    set_threshold(*RARELY)
    try:
        yield
    finally:
        if get_threshold() == RARELY:
            set_threshold(*before)
