"""Caches of functions, and states of random generators: state without elements or attributes."""

from __future__ import annotations

import functools
import gc
import pickle
import random
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from hypertemplate.runtime.state.held_state import Held

CACHED: type = functools._lru_cache_wrapper
"""Class of functions with a cache."""


class Cache:
    """The cache of a function; what a trial has added to it is forgotten.

    Where the cache has a limit, it can only be emptied as a whole.

    Args:
        function: what `functools.lru_cache` or `functools.cache` made.
    """

    def __init__(self, function: Any) -> None:
        self._function = function
        self._misses = self._entered()
        unlimited = function.cache_parameters()["maxsize"] is None
        self._results = _table(function) if unlimited else None
        self._before = dict(self._results or {})

    def changed(self) -> bool:
        """Return True if the cache has results that it did not have before."""
        return self._entered() != self._misses

    def restorable(self) -> bool:
        """Return True: a cache can always be emptied."""
        return True

    def put_back(self) -> None:
        """Forget what was added."""
        if self._results is None:
            self._function.cache_clear()
        else:
            self._results.clear()
            self._results.update(self._before)
        self._misses = self._entered()

    def _entered(self) -> int:
        return int(self._function.cache_info().misses)


def cached_results(function: Any) -> list[Any]:
    """Return the results that a cache has; one with a limit also gives its arguments."""
    table, attributes = _table(function), vars(function)
    held = gc.get_referents(function)
    return [*(table or {}).values(), *(one for one in held if one is not table and one is not attributes)]


def _table(function: Any) -> dict[Any, Any] | None:
    """Return the table of a cache, which no attribute has."""
    attributes = vars(function)
    tables = (one for one in gc.get_referents(function) if type(one) is dict and one is not attributes)
    return next(tables, None)


class Registry:
    """The implementations of a generic function.

    Args:
        function: what `functools.singledispatch` made.
    """

    def __init__(self, function: Any) -> None:
        self._function = function
        self._before = dict(function.registry)

    def changed(self) -> bool:
        """Return True if an implementation was registered."""
        return dict(self._function.registry) != self._before

    @property
    def implementations(self) -> list[Any]:
        """The recorded implementations."""
        return [*self._before.values()]

    def restorable(self) -> bool:
        """Return True: registering the recorded implementations is always possible."""
        return True

    def put_back(self) -> None:
        """Restore the implementations."""
        (registry,) = gc.get_referents(self._function.registry)  # what the read-only view shows
        registry.clear()
        registry.update(self._before)
        self._function._clear_cache()


def is_generic(function: FunctionType) -> bool:
    """Return True for what `functools.singledispatch` made."""
    return function.__globals__.get("__name__") == "functools" and hasattr(function, "_clear_cache")


class GeneratorState:
    """The state of a random generator.

    Args:
        read: gives the state.
        write: sets it.
    """

    def __init__(self, read: Callable[[], Any], write: Callable[[Any], None]) -> None:
        self._read = read
        self._write = write
        self._state = read()
        self._bytes = pickle.dumps(self._state)

    def changed(self) -> bool:
        """Return True if a number was drawn."""
        return pickle.dumps(self._read()) != self._bytes

    def restorable(self) -> bool:
        """Return True: a state can always be put back."""
        return True

    def put_back(self) -> None:
        """Make the generator draw the same numbers again."""
        self._write(self._state)


def generator_state(value: Any) -> Held | None:
    """Record a random generator of Python, NumPy or PyTorch; None for any other object."""
    kind = type(value)
    if issubclass(kind, random.Random) and not issubclass(kind, random.SystemRandom):
        return GeneratorState(value.getstate, value.setstate)
    if (of_numpy := _of_numpy(value)) is not None:
        return of_numpy
    torch = sys.modules.get("torch")
    if torch is not None and kind is getattr(torch, "Generator", None):
        return GeneratorState(lambda: value.get_state().tolist(), lambda state: _seed_torch(value, state))
    return None


def _of_numpy(value: Any) -> Held | None:
    numpy = getattr(sys.modules.get("numpy"), "random", None)
    kind = type(value)
    if numpy is None:
        return None
    if issubclass(kind, numpy.RandomState):
        return GeneratorState(value.get_state, value.set_state)
    if issubclass(kind, numpy.SeedSequence):
        return GeneratorState(lambda: _spawned(value), value.__setstate__)
    bits = value.bit_generator if issubclass(kind, numpy.Generator) else value
    if not issubclass(type(bits), numpy.BitGenerator):
        return None
    # What it spawns, its seeds count.
    seeds = getattr(bits, "seed_seq", None) or bits._seed_seq
    counts = issubclass(type(seeds), numpy.SeedSequence)

    def write(state: Any) -> None:
        bits.state = state[0]
        if counts:
            seeds.__setstate__(state[1])

    return GeneratorState(lambda: (bits.state, _spawned(seeds) if counts else None), write)


def _spawned(seeds: Any) -> Any:
    """Return the state of a sequence of seeds, with the number of those that it has spawned."""
    return seeds.__reduce__()[2]


def _seed_torch(generator: Any, state: list[int]) -> None:
    torch = sys.modules["torch"]
    generator.set_state(torch.tensor(state, dtype=torch.uint8))
