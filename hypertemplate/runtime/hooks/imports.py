"""Acting on a package when the user's code imports it, whenever that is, without importing it first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, cast

Action = Callable[[ModuleType], None]


class ImportWatcher(MetaPathFinder):
    """A finder that finds nothing itself: it has modules found by the others, and notices their import.

    Args:
        around: gives a context in which each watched module runs.
    """

    def __init__(self, around: Callable[[], AbstractContextManager[object]] = nullcontext) -> None:
        self._around = around
        self._actions: dict[str, list[Action]] = {}

    def install(self) -> None:
        """Begin to notice imports."""
        sys.meta_path.insert(0, self)

    def uninstall(self) -> None:
        """Notice no more."""
        sys.meta_path.remove(self)

    def watch(self, name: str, action: Action) -> None:
        """Call ``action(module)`` each time after module `name` has run; now too if it is loaded."""
        self._actions.setdefault(name, []).append(action)
        module = sys.modules.get(name)
        if module is not None:
            action(module)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the other finders give for a watched module, with a loader that tells us."""
        if fullname not in self._actions:
            return None
        for finder in sys.meta_path:
            # Some old finders have no find_spec; the import system passes over them too.
            find = getattr(finder, "find_spec", None)
            found = None if finder is self or find is None else find(fullname, path, target)
            spec = cast("ModuleSpec | None", found)
            if spec is not None and spec.loader is not None:
                spec.loader = _WatchedLoader(spec.loader, self._around, self._actions[fullname])
            if spec is not None:
                return spec  # the first finder that knows the module decides, as without us
        return None


class _WatchedLoader(Loader):
    """Another loader that calls actions after the module has run in its context."""

    def __init__(
        self, loader: Any, around: Callable[[], AbstractContextManager[object]], actions: list[Action]
    ) -> None:
        self._loader = loader
        self._around = around
        self._actions = actions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The module must carry its own loader: packages ask it for their data files.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with self._around():
            self._loader.exec_module(module)
        for action in self._actions:
            action(module)
