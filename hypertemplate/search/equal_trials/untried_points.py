"""Points of a search space that no trial has tried, in an order that depends on the trials alone."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from statistics import NormalDist

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.search.equal_trials.tried_points import TriedPoints
from hypertemplate.search.fixed_params import FixedSpace
from hypertemplate.search.samplers.base import plain
from hypertemplate.search.samplers.grid import grid_values, is_reached

DRAWS = 16
"""Number of values, besides one for each trial, that stand for those of a dimension with infinitely many."""


class UntriedPoints:
    """Points that are left to try: the labels that no trial read change last, and their values do not count.

    So a space in which only finitely many values make a difference ends, however many others it has.

    Args:
        space: space, with the dimensions that have one value.
        tried: points that were tried; more are added as trials run, and none is removed.

    Attributes:
        endless: where none is left, whether a value that makes a difference is one of infinitely many, of
            which some were looked at.
    """

    def __init__(self, space: FixedSpace, tried: TriedPoints) -> None:
        self._space = space
        self._tried = tried
        self._read: frozenset[str] | None = None
        self._size = 0
        self._points: Iterator[Params] = iter(())
        self._first: Params | None = None
        self.endless = False

    @property
    def first(self) -> Params | None:
        """First point that is left; None if there is none."""
        grown = self._first is None and len(self._tried) != self._size
        if self._read != self._tried.read or (grown and self.endless):
            self._begin()
        while self._first is None or self._is_tried(self._first):
            self._first = next(self._points, None)
            if self._first is None:
                return None
        return {d.label: self._first[d.label] for d in self._space.space if d.label in self._first}

    def _begin(self) -> None:
        """Order the dimensions, and begin at the first point.

        First come those that a trial has read, and of these the finite ones: so whole parts of the space are
        left out at once, and infinitely many values are gone through only where no other label tells.
        """
        self._read, self._size = self._tried.read, len(self._tried)
        self._first, self.endless = None, False
        needed = {*self._read}
        for dimension in reversed(self._space.space):
            if dimension.label in needed and dimension.parent is not None:
                needed.add(dimension.parent[0])

        def place(dimension: Dimension) -> tuple[bool, bool]:
            return dimension.label not in needed, not any(True for _ in self._finite(dimension))

        ordered = sorted(self._space.space, key=place)
        self._points = self._beyond({}, tuple(ordered))

    def _beyond(self, chosen: Params, space: tuple[Dimension, ...]) -> Iterator[Params]:
        """Yield the points that begin with values of some dimensions; `space` has the others."""
        if self._is_tried(chosen):
            return
        if not space:
            yield chosen
            return
        dimension, rest = space[0], space[1:]
        if not is_reached(dimension, chosen):
            yield from self._beyond(chosen, rest)
            return
        finite = False
        for value in self._finite(dimension):
            finite = True
            yield from self._beyond({**chosen, dimension.label: value}, rest)
        for place in () if finite else itertools.count(1):
            yield from self._beyond({**chosen, dimension.label: draw_at(dimension, _spread(place))}, rest)
            if self._is_tried(chosen):
                return
            if place > len(self._tried) + DRAWS:
                self.endless = True
                return

    def _finite(self, dimension: Dimension) -> Iterable[float]:
        """Return the values of a dimension; none if there are infinitely many."""
        fixed = self._space.values
        return (fixed[dimension.label],) if dimension.label in fixed else grid_values(dimension)

    def _is_tried(self, params: Params) -> bool:
        return self._tried.number(params) is not None


def draw_at(dimension: Dimension, share: float) -> float:
    """Return the value of a dimension with infinitely many below which a share of all draws lie.

    Args:
        dimension: dimension with a range or a normal distribution.
        share: number between 0 and 1.
    """
    numbers = dimension.numbers
    if "mu" in numbers:
        drawn = NormalDist(numbers["mu"], numbers["sigma"]).inv_cdf(share)
    else:
        drawn = numbers["low"] + share * (numbers["high"] - numbers["low"])
    if "log" in dimension.distribution:
        drawn = math.exp(min(drawn, 709.0))  # the exponential of more exceeds a float
    step = numbers.get("q")
    return plain(dimension, drawn if step is None else round(drawn / step) * step)


def _spread(place: int) -> float:
    """Return a number between 0 and 1, each far from those before it: 1/2, 1/4, 3/4, 1/8, ..."""
    share, weight = 0.0, 0.5
    while place:
        place, bit = divmod(place, 2)
        share, weight = share + bit * weight, weight / 2
    return share
