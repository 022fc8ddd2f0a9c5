"""Results of the data function that are kept, found again by the values that led to them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypertemplate.runtime.reuse.data_copies import DataCopies

_Path = tuple[Hashable, tuple[tuple[str, Any], ...]]
"""State that a call began with, and the labels that it has read, each with its value."""


@dataclass(frozen=True, slots=True)
class KeptResult:
    """Result of one call.

    Attributes:
        copies: what it returned and bound.
        read: labels that it read.
        random: states of the generators that user code has seeded, at its end.
        seconds: time that it took.
    """

    copies: DataCopies
    read: tuple[str, ...]
    random: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


class KeptResults:
    """Results within a budget of memory; those that were not used for the longest time go first.

    Which labels a call reads may depend on the values of those that it has read before, so that the labels of
    all calls make a tree.

    Args:
        budget_bytes: most memory of all of them.

    Attributes:
        used_bytes: memory that they take.
    """

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self.used_bytes = 0
        self._results: OrderedDict[_Path, KeptResult] = OrderedDict()
        self._next: dict[_Path, str] = {}
        self._reasons: dict[_Path, str] = {}

    def find(self, start: Hashable, values: Mapping[str, Any]) -> KeptResult | str:
        """Return the result of a call that began alike and read the same values.

        Args:
            start: state that the call begins with.
            values: value of each label of the trial.

        Returns:
            The result; or the reason why such a call is never kept, which is empty where there is none.
        """
        path: _Path = (start, tuple(self.read(start, values).items()))
        if path in self._results:
            self._results.move_to_end(path)
            return self._results[path]
        return self._reasons.get(path, "")

    def read(self, start: Hashable, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what such a call reads, as far as earlier calls tell: its labels with their values."""
        path: _Path = (start, ())
        while (label := self._next.get(path)) is not None and label in values:
            path = (start, (*path[1], (label, values[label])))
        return dict(path[1])

    def keep(self, start: Hashable, read: Mapping[str, Any], result: KeptResult | str) -> None:
        """Keep a result, or the reason why it is never kept.

        Args:
            start: state that the call began with.
            read: labels that it read, in their order, with their values.
            result: the result, for which `make_room` has made room; or the reason.
        """
        path: _Path = (start, ())
        for item in read.items():
            self._next[path] = item[0]
            self._forget(path)  # the code does not always read the same
            path = (start, (*path[1], item))
        self._next.pop(path, None)
        if isinstance(result, str):
            self._reasons[path] = result
            return
        self._forget(path)
        self._results[path] = result
        self.used_bytes += result.copies.size_bytes

    def make_room(self, size_bytes: int) -> bool:
        """Drop the results that were not used for the longest time; return True if there is room then."""
        if size_bytes > self.budget_bytes:
            return False
        while self.used_bytes + size_bytes > self.budget_bytes:
            self._forget(next(iter(self._results)))
        return True

    def _forget(self, path: _Path) -> None:
        dropped = self._results.pop(path, None)
        if dropped is not None:
            self.used_bytes -= dropped.copies.size_bytes
