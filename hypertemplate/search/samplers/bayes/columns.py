"""Columns of the unit cube: one for each label, through the distribution function of its prior.

A uniform number between 0 and 1 is a draw of the prior, whatever that is. The values that are rounded to one
share a cell of the column, and stand at its centre.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from hypertemplate.compiler.markers.drawn_values import constant
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.search.samplers.base import plain

Array = Any
"""Array of NumPy's."""

EDGE = 1e-9
"""Distance that places keep from 0 and 1, where a normal distribution is infinite."""

UNORDERED = 16
"""Most values of a ``randint`` that are unordered, as those of seeds are; more are taken as a scale."""

HALF_STEPS = np.array([[-0.5], [0.5]])
"""Ends of a step about a whole number."""

TABLED = 1000
"""Most steps whose cells are written down."""

SPREAD = 8.0
"""Ratio of the largest to the smallest of numbers from which on their logarithms are what is even."""

HIGHEST_EXPONENT = 709.0
"""Highest number whose exponential is a float."""


class Column(ABC):
    """Column of one label.

    Places are numbers in [0, 1). Features are what the model compares: one number between 0 and 1 for a
    scale, one for each option where only equal or not counts.

    Args:
        dimension: dimension of the label.

    Attributes:
        width: number of features.
        unordered: whether values are equal or not, and nothing between.
        count: number of values; None for infinitely many, or too many to count.
    """

    width = 1
    unordered = False
    count: int | None = None

    def __init__(self, dimension: Dimension) -> None:
        self.dimension = dimension

    @abstractmethod
    def drawn(self, places: Array) -> Array:
        """Return the drawn numbers at some places; of a choice, the numbers of options."""

    @abstractmethod
    def places(self, drawn: Array) -> Array:
        """Return the places of drawn numbers; one beyond the range is at its end."""

    def snapped(self, places: Array) -> Array:
        """Move places to the centres of their cells."""
        return self.places(self.drawn(places))

    def features(self, places: Array) -> Array:
        """Return the features at some places, one row for each."""
        return places[:, None]

    @property
    def middle(self) -> Array:
        """Features of a label without a value."""
        return np.full(self.width, 0.5)

    def value(self, place: float) -> float:
        """Return the plain value at a place."""
        return plain(self.dimension, float(self.drawn(np.array([place]))[0]))


class Scale(Column):
    """Column of numbers without gaps: ``uniform``, ``loguniform``, ``normal``, ``lognormal``."""

    def drawn(self, places: Array) -> Array:
        """Return the drawn numbers."""
        return _below(self.dimension, places)

    def places(self, drawn: Array) -> Array:
        """Return their shares of the prior."""
        return _inside(_share(self.dimension, drawn))

    def snapped(self, places: Array) -> Array:
        """Return the places: there are no cells."""
        return places


class Steps(Column):
    """Column of multiples of a step, ``q`` or 1 (``quniform``, ``uniformint``, ``qnormal`` and so on)."""

    def __init__(self, dimension: Dimension) -> None:
        super().__init__(dimension)
        self._step = dimension.numbers.get("q", 1)
        ends = self._number(np.array([EDGE, 1 - EDGE]))
        count = int(ends[1] - ends[0]) + 1 if ends[1] - ends[0] < math.inf else None
        if "mu" not in dimension.numbers:
            self.count = count
        self._table: tuple[Array, Array] | None = None
        if count is not None and count <= TABLED:
            numbers = ends[0] + np.arange(count)
            edges = _share(dimension, (numbers[1:] - 0.5) * self._step)
            self._table = edges, self.places(numbers * self._step)

    def drawn(self, places: Array) -> Array:
        """Return the drawn numbers, rounded to the step."""
        return self._number(places) * self._step

    def places(self, drawn: Array) -> Array:
        """Return the centres of the shares of the prior that are rounded to each number."""
        number = np.round(np.asarray(drawn, float) / self._step)
        ends = _share(self.dimension, (number + HALF_STEPS) * self._step)
        return _inside(ends.mean(axis=0))

    def snapped(self, places: Array) -> Array:
        """Move places to the centres of their cells."""
        if self._table is None:
            return super().snapped(places)
        edges, centres = self._table
        return centres[np.searchsorted(edges, places)]

    def _number(self, places: Array) -> Array:
        return np.round(_below(self.dimension, places) / self._step)


class Listed(Column):
    """Column of a list: the options of a choice, or the values of a ``randint``.

    Args:
        dimension: dimension of the label.
        values: the drawn number of each item.
        weights: probability of each, which sum to 1.
        scale: position of each item between 0 and 1, if they are numbers of a scale; else None.
    """

    def __init__(self, dimension: Dimension, values: Array, weights: Array, scale: Array | None) -> None:
        super().__init__(dimension)
        # A cell is wide where its option is likely. Cells are in the order of the scale, where there is one,
        # so that neighbours are neighbours.
        order = np.arange(len(values)) if scale is None else np.argsort(scale, kind="stable")
        self._values = np.asarray(values, float)[order]
        edges = np.concatenate([[0.0], np.cumsum(np.asarray(weights, float)[order])])
        edges = edges / edges[-1]
        self._edges, self._centres = edges[1:-1], (edges[1:] + edges[:-1]) / 2
        self._cell_of = {value: cell for cell, value in enumerate(self._values)}
        self._scale = None if scale is None else np.asarray(scale, float)[order]
        self.unordered = self._scale is None
        self.width = 1 if self._scale is not None else len(self._values)
        self._features = np.eye(self.width) if self._scale is None else self._scale[:, None]
        self.count = int(np.count_nonzero(weights))

    def drawn(self, places: Array) -> Array:
        """Return the drawn numbers."""
        return self._values[self._cells(places)]

    def places(self, drawn: Array) -> Array:
        """Return the centres of the cells; of a number that is not in the list, that of the nearest."""
        return self._centres[[self._cell(float(number)) for number in drawn]]

    def snapped(self, places: Array) -> Array:
        """Move places to the centres of their cells."""
        return self._centres[self._cells(places)]

    def features(self, places: Array) -> Array:
        """Return the position on the scale; else a 1 for the item, and a 0 for every other."""
        cells = self._cells(places)
        return self._features[cells]

    @property
    def middle(self) -> Array:
        """The middle of the scale; else a share of each item."""
        return np.full(self.width, 1 / self.width if self.unordered else 0.5)

    def _cells(self, places: Array) -> Array:
        return np.searchsorted(self._edges, places, side="right")

    def _cell(self, number: float) -> int:
        found = self._cell_of.get(number)
        return int(np.argmin(np.abs(self._values - number))) if found is None else found


def column(dimension: Dimension) -> Column:
    """Return the column of a dimension."""
    if dimension.options:
        count = len(dimension.options)
        weights = dimension.probabilities or (1.0,) * count
        return Listed(dimension, np.arange(count), np.asarray(weights, float), _scale_of(dimension))
    if dimension.distribution == "randint":
        low, high = dimension.range
        if high - low < UNORDERED:
            values = np.arange(int(low), int(high) + 1)
            return Listed(dimension, values, np.ones(len(values)), None)
        return Steps(dimension)
    return Steps(dimension) if "q" in dimension.numbers or dimension.integral else Scale(dimension)


def _scale_of(dimension: Dimension) -> Array | None:
    """Return the positions of options that are three or more different numbers; else None."""
    constants = [constant(option) if option.literal else None for option in dimension.options]
    numbers = [float(x) for x in constants if isinstance(x, (int, float)) and not isinstance(x, bool)]
    if len(numbers) != len(constants) or len({*numbers}) != len(numbers) or len(numbers) < 3:
        return None
    if not all(map(math.isfinite, numbers)):
        return None
    positions = np.array(numbers) / max(map(abs, numbers))  # no sum of them exceeds a float
    if positions.min() > 0 and positions.max() / positions.min() >= SPREAD:
        positions = np.log(positions)
    low, high = positions.min(), positions.max()
    return (positions - low) / (high - low)


def _bounds(dimension: Dimension) -> tuple[float, float]:
    """Return the bounds between which draws, before they are rounded, are uniform."""
    numbers = dimension.numbers
    if dimension.distribution == "randint":
        low, high = dimension.range
        return low - 0.5, high + 0.5
    return numbers["low"], numbers["high"]


def _below(dimension: Dimension, places: Array) -> Array:
    """Return the numbers below which these shares of all draws lie, before they are rounded."""
    numbers, places = dimension.numbers, _inside(places)
    if "mu" in numbers:
        found = numbers["mu"] + numbers["sigma"] * ndtri(places)
    else:
        low, high = _bounds(dimension)
        found = low * (1 - places) + high * places  # high - low may exceed a float
    return np.exp(np.minimum(found, HIGHEST_EXPONENT)) if dimension.is_log else found


def _share(dimension: Dimension, drawn: Array) -> Array:
    """Return the shares of all draws that lie below some numbers."""
    numbers, found = dimension.numbers, np.asarray(drawn, float)
    if dimension.is_log:
        with np.errstate(divide="ignore"):
            found = np.log(np.maximum(found, 0.0))
    if "mu" in numbers:
        return ndtr((found - numbers["mu"]) / numbers["sigma"])
    low, high = _bounds(dimension)
    return np.minimum(np.maximum((found / 2 - low / 2) / (high / 2 - low / 2), 0.0), 1.0)


def _inside(places: Array) -> Array:
    return np.minimum(np.maximum(places, EDGE), 1 - EDGE)
