"""Drawn values of one trial, bound to the name ``_ht_`` in the user's module.

A marker becomes an expression over it: ``_ht_['rate']``, ``(64, 128)[_ht_['units']]``. ``program.py`` imports
it too, so it imports only the package's exceptions.
"""

from __future__ import annotations

import contextlib
import mmap
import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hypertemplate.errors import HypertemplateError


class NotDrawnError(HypertemplateError):
    """Read of a label that has no value in this trial."""


class OptionsChangedError(HypertemplateError):
    """Change in the length of a list of options since the template was loaded."""


class Draws:
    """Drawn values of one trial.

    Args:
        values: label -> value; a choice as the index of its option. A callable is called when its label is
            first read, and replaced by its result.
        lengths: label -> number of options, for choices whose list is created at load time.
        forks: whether to note what processes read that are forked from this one.

    Attributes:
        left: local variables of the data function, if the model uses some that it does not return.
        ended: local variables of the function with which a script ends, and what it returned; None before.
        given: arguments of the model that bounds and lists read, by parameter.
    """

    def __init__(
        self, values: Mapping[str, Any], lengths: Mapping[str, int] | None = None, *, forks: bool = False
    ) -> None:
        self._values = dict(values)
        self._lengths = dict(lengths or {})
        self._places = {label: place for place, label in enumerate(self._values)}
        count = max(1, len(self._places))
        self._read = mmap.mmap(-1, count) if forks else bytearray(count)  # 0 for what nobody has read
        self._noted: dict[str, Any] | None = None
        self.left: dict[str, Any] = {}
        self.ended: tuple[dict[str, Any], Any] | None = None
        self.given: dict[str, Any] = {}

    def __getitem__(self, label: str) -> Any:
        """Return the value of `label`.

        Raises:
            NotDrawnError: this trial drew none.
        """
        if label not in self._values:
            raise NotDrawnError(
                f"{label!r} has no value in this trial: it belongs to an option that was not chosen"
            )
        self._read[self._places[label]] = 1
        value = self._values[label]
        if callable(value):
            value = self._values[label] = value()
        if self._noted is not None:
            self._noted[label] = value
        return value

    @contextlib.contextmanager
    def noted(self) -> Iterator[dict[str, Any]]:
        """Yield the values that are read in this context, by label, in the order of their first reads."""
        found: dict[str, Any] = {}
        self._noted = found
        try:
            yield found
        finally:
            self._noted = None

    def read_again(self, labels: Iterable[str]) -> None:
        """Count labels as read, by code whose result is kept from another trial."""
        for label in labels:
            self._read[self._places[label]] = 1

    def at(self, label: str, *indices: Any) -> str:
        """Return the label of one draw of a subscripted marker: ``units[2]`` for ``units`` at 2.

        Raises:
            NotDrawnError: no value was drawn for these indices, or they are no whole numbers.
        """
        others = [index for index in indices if not hasattr(index, "__index__")]
        if others:
            raise NotDrawnError(
                f"an index inside a marker is a whole number, got {others[0]!r}: "
                "write [i:8] under for i, item in enumerate(items), where 8 is the most that there are"
            )
        numbers = [operator.index(index) for index in indices]
        found = f"{label}[{','.join(map(str, numbers))}]"
        drawn = [known for known in self._values if known.startswith(f"{label}[")]
        # An inner distribution has no value if its option was not chosen, and is not read then.
        if drawn and found not in self._values:
            raise NotDrawnError(
                f"no value was drawn for {found}, only for {drawn[0]} to {drawn[-1]}: "
                "say inside the marker how many there are at most, as in [i:8]"
            )
        return found

    def leave(self, variables: Mapping[str, Any], returned: Any) -> Any:
        """Keep a function's local variables in `left`, and return its result.

        Hyperas pasted the body of ``data()`` into the module; models that use its variables still can.
        """
        self.left = dict(variables)
        return returned

    def end(self, variables: Mapping[str, Any], returned: Any) -> Any:
        """Keep the local variables of the function with which a script ends, and return its result.

        Those of a function that it has handed over to count too, and the result of that one if it has none.
        """
        inner, result = self.ended or ({}, None)
        self.ended = {**inner, **variables}, result if returned is None else returned
        return returned

    def option(self, label: str, options: Iterable[Any]) -> Any:
        """Return the chosen one of `options`.

        Raises:
            OptionsChangedError: the number of options has changed since loading.
        """
        found = list(options)
        expected = self._lengths.get(label, len(found))
        if len(found) != expected:
            raise OptionsChangedError(
                f"the list of {label!r} has {_options(len(found))} now, "
                f"but had {expected} when the template was loaded"
            )
        return found[self[label]]

    def weighted(self, label: str, pairs: Iterable[tuple[float, Any]]) -> Any:
        """Return the option of the chosen one of `pairs`, each a probability and an option.

        Raises:
            OptionsChangedError: the number of pairs has changed since loading.
        """
        _, chosen = self.option(label, pairs)
        return chosen

    # AutoGraph calls a function with this attribute directly, instead of converting its source.
    option.autograph_info__ = ()  # type: ignore[attr-defined]
    weighted.autograph_info__ = ()  # type: ignore[attr-defined]

    @property
    def params(self) -> Mapping[str, Any]:
        """Label -> value, as passed to the constructor."""
        return self._values

    def unused(self) -> tuple[str, ...]:
        """Return the labels whose values were never read, in their original order."""
        return tuple(label for label, place in self._places.items() if not self._read[place])

    def read_all(self) -> None:
        """Note that all values are read, as by code that is given them as a whole."""
        self._read[: len(self._places)] = bytes([1]) * len(self._places)

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process is sent, which may read any of the values without our knowledge."""
        self.read_all()
        return {name: value for name, value in vars(self).items() if name != "_read"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over what another process has sent, or an earlier version has kept in a model."""
        vars(self).update({**vars(Draws(state["_values"])), **state})


def _options(count: int) -> str:
    return f"{count} option" if count == 1 else f"{count} options"
