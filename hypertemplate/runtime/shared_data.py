"""Noticing that a trial has changed data which the next trials share.

``x_train /= 255`` in a model changes the array that `data()` returned once for all trials: the second trial
trains on other numbers, and nothing fails. Arrays are compared by a checksum of elements spread over them,
which takes about a millisecond each, whatever their size; so a change of a few elements of a big array may
go unnoticed. Nothing here imports NumPy or pandas: where they are not loaded there is nothing of theirs.
"""

from __future__ import annotations

import inspect
import itertools
import math
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hypertemplate.compiler.program import Program
from hypertemplate.runtime.model_arguments import model_arguments

TRIALS = 2
"""How many trials of a process are watched: what changes data does so in the first one, or hardly ever."""

MOST_ELEMENTS = 16_384
"""Elements of one array that are compared, roughly."""

MOST_ITEMS = 100
"""Arrays that are compared, items of one list or dict that are looked at, and columns of one table."""

Place = tuple[str | int, ...]
"""Where an array is: the name of a global or an argument, or the argument's number; then keys and indices."""


class SharedData:
    """The arrays of one loaded program that all its trials share.

    Args:
        program: the program.
        names: the module's names after setup.
        data: what `data()` returned in setup, or None.
        left: the local variables that it left.
    """

    def __init__(
        self, program: Program, names: Mapping[str, Any], data: Any, left: Mapping[str, Any]
    ) -> None:
        self._model = program.model or ""
        self._arrays = _arrays(itertools.chain(_arguments(program, data, left), names.items()))
        self._trials = 0
        self._before: list[int] = []

    def look(self) -> None:
        """Look at the arrays before a trial."""
        self._trials += 1
        self._before = [checksum(array) for _, array in self._arrays] if self._trials <= TRIALS else []

    def changed(self, number: int, names: Mapping[str, Any]) -> tuple[str, ...]:
        """What a trial changed since `look`: a note for each array.

        Args:
            number: of the trial.
            names: the module's names as the trial left them.
        """
        watched = zip(self._arrays, self._before, strict=False)  # there is nothing before of later trials
        found = [place for (place, array), before in watched if checksum(array) != before]
        return tuple(_note(place, names.get(self._model), number) for place in found)


def _arrays(values: Iterable[tuple[str | int, Any]]) -> list[tuple[Place, Any]]:
    """Each array once, with its place."""
    arrays: dict[int, tuple[Place, Any]] = {}
    for place, value in values:
        for inner, array in _within((place,), value):
            arrays.setdefault(id(array), (inner, array))
    return list(itertools.islice(arrays.values(), MOST_ITEMS))


def _arguments(program: Program, data: Any, left: Mapping[str, Any]) -> Iterator[tuple[str | int, Any]]:
    """What the model is given, by name or number."""
    if program.data is not None and program.model is not None and data is not None:
        given = model_arguments(program.join, data, program.data, program.model, left)
        yield from enumerate(given) if isinstance(given, tuple) else given.items()


def checksum(value: Any) -> int:
    """A checksum of elements spread over an array, or over each column of a table, and of its shape."""
    if not _is(value, "numpy", "ndarray"):
        parts = [checksum(column) for column in _columns(value)]
        return zlib.crc32(repr((value.shape, parts)).encode())
    array = sys.modules["numpy"].asarray(value)  # without what a class of its own adds, such as units
    step = max(1, array.size // MOST_ELEMENTS)
    # Else they may all be of a few columns.
    while step > 1 and math.gcd(step, array.shape[-1]) > 1:
        step += 1
    return zlib.crc32(array.flat[::step].tobytes(), zlib.crc32(repr(array.shape).encode()))


def _columns(table: Any) -> Iterator[Any]:
    """The columns of a pandas table that NumPy has arrays for."""
    count = 1 if table.ndim == 1 else min(table.shape[1], MOST_ITEMS)
    for column in (table if table.ndim == 1 else table.iloc[:, number] for number in range(count)):
        if _is(column.dtype, "numpy", "dtype"):
            yield column.to_numpy()


def _within(place: Place, value: Any, depth: int = 3) -> Iterator[tuple[Place, Any]]:
    """The arrays and tables that a value is or, in lists and dicts, holds."""
    items: Any = ()
    if _is(value, "numpy", "ndarray"):
        # To read a file that is mapped into memory may take long.
        if value.flags.writeable and not _is(value, "numpy", "memmap"):
            yield place, value
    elif _is(value, "pandas", "DataFrame", "Series"):
        yield place, value
    elif isinstance(value, (list, tuple)):
        items = enumerate(value)
    elif isinstance(value, dict):
        items = value.items()
    for key, item in itertools.islice(items, MOST_ITEMS if depth else 0):
        yield from _within((*place, key), item, depth - 1)


def _is(value: Any, package: str, *names: str) -> bool:
    """Whether a value is of one of these classes; a package that is not loaded has none."""
    module = sys.modules.get(package)
    return isinstance(value, tuple(getattr(module, name) for name in names if hasattr(module, name)))


def _note(place: Place, model: Any, number: int) -> str:
    first, *rest = place
    if isinstance(first, int):
        parameters = list(inspect.signature(model).parameters) if callable(model) else []
        # A model that takes *arguments has no names for them.
        first, rest = (parameters[first], rest) if first < len(parameters) else ("data()", list(place))
    name = first + "".join(f"[{key!r}]" for key in rest)
    copied = "copy it in the model first" if rest else f"copy it in the model: {name} = {name}.copy()"
    return f"'{name}' was changed in place by trial {number}: later trials see the change; {copied}"
