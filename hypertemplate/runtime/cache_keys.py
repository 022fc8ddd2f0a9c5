"""Keys of results that joblib caches on disk: with the trial's values where these reach what is cached.

joblib knows a function or class by its name, and a result by its arguments. So a transformer of the user's
that reads a marker would have one result in all trials. What no marker reaches is shared by them.
"""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.patch import Undo, replace

Reached = Callable[[], tuple[frozenset[CodeType], Mapping[str, float]]]
"""Function that returns the code that values of the running trial reach, and these values."""

_METHODS = ("_get_args_id", "_get_argument_hash")
"""Method that computes the key of a result, in newer and in older releases."""


def key_by_trial(watcher: ImportWatcher, reached: Reached) -> Undo:
    """Add the trial's values to keys, whenever the code imports joblib.

    Args:
        watcher: watcher for the import.
        reached: what the running trial's values reach.

    Returns:
        A function that restores joblib's method.
    """
    undo: list[Undo] = []

    def hook(module: ModuleType) -> None:
        kind: Any = module.MemorizedFunc
        name = next(one for one in _METHODS if hasattr(kind, one))
        key = getattr(kind, name)

        def keyed(cached: Any, *args: Any, **kwargs: Any) -> Any:
            codes, values = reached()
            found = key(cached, *args, **kwargs)
            if not codes or not _holds((cached.func, args, kwargs), codes):
                return found
            return module.hashing.hash((found, sorted(values.items())))

        undo.append(replace(kind, name, keyed))

    watcher.watch("joblib.memory", hook)

    def unhook() -> None:
        for one in undo:
            one()

    return unhook


def _holds(value: Any, codes: frozenset[CodeType]) -> bool:
    """Return True if an object holds a function, or an instance of a class, with some of this code."""
    search = _Search(codes)
    try:
        search.dump(value)
    except Exception:  # what cannot be looked into may hold one
        return True
    return search.found


class _Search(pickle.Pickler):
    """Way through all objects that an object holds.

    Args:
        codes: code to find.

    Attributes:
        found: whether any was found.
    """

    def __init__(self, codes: frozenset[CodeType]) -> None:
        super().__init__(io.BytesIO())
        self.found = False
        self._codes = codes

    def persistent_id(self, obj: Any) -> str | None:
        """Look at a function or a class; look into all else but arrays."""
        if isinstance(obj, (FunctionType, type)):
            self.found = self.found or not self._codes.isdisjoint(_codes(obj))
            return "seen"
        array = getattr(sys.modules.get("numpy"), "ndarray", ())
        return "array" if isinstance(obj, array) and not obj.dtype.hasobject else None


def _codes(value: Any) -> Iterator[CodeType]:
    if isinstance(value, FunctionType):
        yield value.__code__
    elif isinstance(value, (classmethod, staticmethod)):
        yield from _codes(value.__func__)
    elif isinstance(value, property):
        for function in (value.fget, value.fset):
            yield from _codes(function)
    elif isinstance(value, type):
        for base in value.__mro__:
            for member in vars(base).values():
                if not isinstance(member, type):
                    yield from _codes(member)
