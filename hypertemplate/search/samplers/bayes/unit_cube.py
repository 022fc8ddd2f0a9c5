"""Unit cube of a search space: points as rows of places in [0, 1), and as features that a model compares."""

from __future__ import annotations

import numpy as np

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.search.samplers.base import reached
from hypertemplate.search.samplers.bayes.columns import Array, column


class UnitCube:
    """Unit cube of a space.

    A point is a row with a place for every label, also for one that it does not reach.

    Args:
        space: dimensions, an inner one after its choice.

    Attributes:
        columns: column of each label, in the order of the space.
        groups: for each feature, the number of its column.
        shares: for each feature, the factor by which it counts: two different options are 1 apart.
    """

    def __init__(self, space: tuple[Dimension, ...]) -> None:
        self.space = space
        self.columns = [column(dimension) for dimension in space]
        places = {dimension.label: number for number, dimension in enumerate(space)}
        self._parents = [None if d.parent is None else (places[d.parent[0]], d.parent[1]) for d in space]
        widths = [one.width for one in self.columns]
        self.groups = np.repeat(np.arange(len(space)), np.array(widths, int))
        self.shares = np.array([0.5**0.5 if self.columns[group].unordered else 1.0 for group in self.groups])
        self._middle = np.concatenate([np.empty(0), *(one.middle for one in self.columns)])

    def __len__(self) -> int:
        """Return the number of labels."""
        return len(self.space)

    def drawn(self, random: np.random.Generator, count: int) -> Array:
        """Draw rows from the prior."""
        return self.snapped(random.random((count, len(self))))

    def snapped(self, rows: Array) -> Array:
        """Move each place to the centre of its value's cell."""
        return np.stack([one.snapped(rows[:, j]) for j, one in enumerate(self.columns)], axis=1)

    def params(self, row: Array) -> Params:
        """Return the values of a row that it reaches."""
        values = {one.dimension.label: one.value(row[j]) for j, one in enumerate(self.columns)}
        return reached(self.space, values)

    def row(self, params: Params) -> Array:
        """Return the row of a point; labels without a value are in the middle, other labels do not count."""
        found = np.full(len(self), 0.5)
        for j, one in enumerate(self.columns):
            if one.dimension.label in params:
                found[j] = one.places(np.array([params[one.dimension.label]], float))[0]
        return found

    def reached(self, rows: Array) -> Array:
        """Tell which labels each row reaches, one row of booleans for each."""
        found = np.ones(rows.shape, bool)
        for j, parent in enumerate(self._parents):
            if parent is not None:
                outer, option = parent
                found[:, j] = found[:, outer] & (self.columns[outer].drawn(rows[:, outer]) == option)
        return found

    def features(self, rows: Array, active: Array) -> Array:
        """Return the features of rows.

        Args:
            rows: rows of places.
            active: the labels that count in each row; the others are in the middle.
        """
        found = np.concatenate([one.features(rows[:, j]) for j, one in enumerate(self.columns)], axis=1)
        return np.where(active[:, self.groups], found, self._middle) * self.shares
