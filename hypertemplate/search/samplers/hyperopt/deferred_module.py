"""Modules that are imported when something of them is first used."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType


class DeferredModule(ModuleType):
    """Stand-in for a module of a package: the first attribute that it lacks imports the module in its place.

    `importlib.util.LazyLoader` would not do: a second import statement alone makes it load, since the import
    system looks at the module's ``__spec__``.
    """

    def __getattr__(self, name: str) -> object:
        """Import the module, and return its attribute (``__path__``, for what imports a module below it)."""
        if sys.modules.get(self.__name__) is self:
            package, _, last = self.__name__.rpartition(".")
            del sys.modules[self.__name__]
            delattr(sys.modules[package], last)
        return getattr(importlib.import_module(self.__name__), name)


def defer(name: str) -> None:
    """Let imports of a module return a stand-in until something of it is used.

    For a process of our own: code that compares modules by identity would find two.

    Args:
        name: name of a module of an installed package, which is imported. Without effect where the module is
            loaded, or not installed.
    """
    package, _, last = name.rpartition(".")
    spec = None
    if name not in sys.modules and importlib.util.find_spec(package) is not None:
        spec = importlib.util.find_spec(name)
    if spec is not None:
        module = DeferredModule(name)
        module.__spec__ = spec
        sys.modules[name] = module
        setattr(sys.modules[package], last, module)
