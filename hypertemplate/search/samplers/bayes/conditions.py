"""Conditions: the labels that count at a point, by the space and by what complete trials have read."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.search.samplers.bayes.columns import Array
from hypertemplate.search.samplers.bayes.unit_cube import UnitCube

MOST_VALUES = 32
"""Most values of a label that may decide whether another one is read."""


class Conditions:
    """Conditions of a space, which grow with the trials that were complete.

    A loop in the user's code may draw the units of three layers and build two of them. A label that trials
    have not read depends on the choice or whole number that tells, without a contradiction so far, the trials
    that read it from those that did not; of several, on the one with the fewest values. At a value of it that
    no trial has had, the label counts.

    Args:
        cube: unit cube of the space.
    """

    def __init__(self, cube: UnitCube) -> None:
        self._cube = cube
        self._deciding = [
            j for j, one in enumerate(cube.columns) if one.count is not None and 2 <= one.count <= MOST_VALUES
        ]
        size = len(cube)
        # For each label, deciding label and value of that: [was it read, was it not].
        self._seen: list[dict[int, dict[float, list[bool]]]] = [{} for _ in range(size)]
        self._read = np.zeros(size, bool)
        self._unread = np.zeros(size, bool)

    def learn(self, params: Params, unused: Collection[str]) -> None:
        """Learn from a complete trial: its point, and the labels that it did not read."""
        labels = [one.dimension.label for one in self._cube.columns]
        values = {j: params[labels[j]] for j in self._deciding if labels[j] in params}
        for j, label in enumerate(labels):
            if label not in params:
                continue
            missed = label in unused
            (self._unread if missed else self._read)[j] = True
            for other, value in values.items():
                if other != j:
                    self._seen[j].setdefault(other, {}).setdefault(value, [False, False])[missed] = True

    def active(self, rows: Array) -> Array:
        """Tell which labels count in each row, one row of booleans for each."""
        found = self._cube.reached(rows)
        for j in map(int, np.flatnonzero(self._unread)):
            if not self._read[j]:
                found[:, j] = False
                continue
            other = self._decides(j)
            if other is not None:
                missed = [value for value, (_, unread) in self._seen[j][other].items() if unread]
                drawn = self._cube.columns[other].drawn(rows[:, other])
                found[:, j] &= ~(found[:, other] & np.isin(drawn, missed))
        return found

    def _decides(self, label: int) -> int | None:
        """Return the number of the label that a label depends on; None if none explains what was read."""
        explain = [
            (len(values), other)
            for other, values in self._seen[label].items()
            if not any(read and unread for read, unread in values.values())
        ]
        return min(explain)[1] if explain else None
