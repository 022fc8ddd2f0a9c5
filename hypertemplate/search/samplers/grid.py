"""Grid: every point of a finite search space, one after another."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.errors import Spelling, UsageError, as_option
from hypertemplate.search.samplers.base import plain
from hypertemplate.units import listed

TIE = 1e-9
"""Tolerance for a bound halfway between two steps, in steps: 0.15 / 0.1 is not exactly 1.5."""


class GridSampler:
    """`Sampler` that proposes each point once, the last parameter changing fastest.

    Args:
        space: dimensions to sample, an inner one after its choice.
        had: points that are not proposed, since they have run or will.
        begun: number of trials besides those that are proposed.

    Attributes:
        points: number of points.
        left: number of points that are proposed.
        size: number of trials in the end.

    Raises:
        UsageError: a dimension has infinitely many values; the message names all such dimensions.
    """

    def __init__(self, space: tuple[Dimension, ...], had: Sequence[Params] = (), begun: int = 0) -> None:
        endless = [d.label for d in space if _places(d) is None]
        if endless:
            have = "has" if len(endless) == 1 else "have"
            raise UsageError(
                f"a grid needs finitely many values, but {listed(endless)} {have} infinitely many: "
                "write choice([...]) or quniform(low, high, q), or use another algorithm"
            )
        self._space = space
        skipped = {self.place(point) for point in had} - {None}
        self._points = (p for p in _points(space, {}) if self.place(p) not in skipped)
        self.points = _size(space)
        self.left = self.points - len(skipped)
        self.size = begun + self.left

    @property
    def has_pending(self) -> bool:
        """False: nobody writes a point down for this sampler."""
        return False

    def ask(self, number: int) -> Params:
        """Propose the next point."""
        return next(self._points)

    def place(self, point: Params) -> frozenset[tuple[str, int]] | None:
        """Identify a point of the grid by the places of its values; return None if the grid does not have it.

        A value that people write, such as 0.3, is the same as the third multiple of 0.1.
        """
        met = {d.label: d for d in self._space if is_reached(d, point)}
        if met.keys() != point.keys():
            return None
        found = {(label, _place(d, point[label])) for label, d in met.items()}
        on_grid = frozenset((label, place) for label, place in found if place is not None)
        return on_grid if len(on_grid) == len(found) else None

    def give(self, number: int, params: Params) -> None:
        """Do nothing: a grid does not learn from a point that the user gave."""

    def tell(
        self,
        number: int,
        params: Params,
        loss: float | None,
        failure: str | None = None,
        estimate: float | None = None,
        unused: Collection[str] = (),
    ) -> None:
        """Do nothing: a grid does not learn."""

    def state(self) -> str:
        """Return an empty text: a grid has no state."""
        return ""


def _points(space: tuple[Dimension, ...], chosen: Params) -> Iterator[Params]:
    """Yield the points that start with the chosen values; a dimension is part of the points that reach it."""
    if not space:
        yield chosen
        return
    dimension, rest = space[0], space[1:]
    if not is_reached(dimension, chosen):
        yield from _points(rest, chosen)
        return
    for value in grid_values(dimension):
        yield from _points(rest, {**chosen, dimension.label: value})


def grid_note(
    grid: GridSampler,
    earlier: Sequence[Params],
    others: int,
    given: Sequence[Params],
    room: int,
    spell: Spelling = as_option,
) -> str:
    """Return a note on the number of points of a grid, of those left to run, and of trials at other points.

    Args:
        grid: grid with the points that have run, and those that the user gave.
        earlier: points that have run, as far as they have the parameters of the grid.
        others: number of further trials so far.
        given: points to run before the grid's own.
        room: number of trials that may still run.
        spell: function that spells a parameter.
    """
    ran = {grid.place(point) for point in earlier}
    new = {grid.place(point) for point in given}
    left = grid.left + len(new - ran - {None})
    to_come = sum(grid.place(point) is None for point in given)
    off = others + sum(grid.place(point) is None for point in earlier) + to_come
    said = [f"grid: {grid.points} {'point' if grid.points == 1 else 'points'} in all, {left} to run"]
    if off:
        said.append(f"{off} {'trial is' if off == 1 else 'trials are'} off the grid")
    if left + to_come > room:
        said.append(f"{spell('max_evals')} has room for {room}")
    return "; ".join(said)


def is_reached(dimension: Dimension, chosen: Params) -> bool:
    """Tell whether a dimension has a value in a point with these values of the dimensions before it."""
    outer, option = dimension.parent or ("", 0)
    return not outer or chosen.get(outer) == option


def _size(space: tuple[Dimension, ...]) -> int:
    """Compute the number of points without iterating over them."""
    inside: dict[tuple[str, int], list[Dimension]] = {}
    for dimension in space:
        if dimension.parent is not None:
            inside.setdefault(dimension.parent, []).append(dimension)

    def size(dimension: Dimension) -> int:
        if not dimension.options:
            return len(_places(dimension) or ())
        options = range(len(dimension.options))
        return sum(math.prod(map(size, inside.get((dimension.label, i), ()))) for i in options)

    return math.prod(size(dimension) for dimension in space if dimension.parent is None)


def _places(dimension: Dimension) -> range | None:
    """Return the places of a dimension's values, whole numbers without gaps; None if infinitely many."""
    numbers = dimension.numbers
    low, high = numbers.get("low", 0), numbers.get("high", 0)
    match dimension.distribution:
        case "choice" | "pchoice":
            return range(len(dimension.options))
        case "randint":
            return range(int(low), int(high)) if "high" in numbers else range(int(low))
        case "uniformint":
            return _rounded(low, high)
        case "quniform":
            return _rounded(low / numbers["q"], high / numbers["q"])
        case "qloguniform":
            return _rounded(math.exp(low) / numbers["q"], math.exp(high) / numbers["q"])
    return None


def _rounded(low: float, high: float) -> range:
    """Return the results of rounding the numbers between two bounds.

    A number to which only a bound would be rounded is left out: it is drawn with probability 0.
    """
    first = math.floor(low + 0.5 + TIE)
    return range(first, max(math.ceil(high - 0.5 - TIE), first) + 1)


def grid_values(dimension: Dimension) -> Iterator[float]:
    """Yield the values of a dimension in order; none if there are infinitely many."""
    return (_value(dimension, place) for place in _places(dimension) or ())


def _place(dimension: Dimension, value: float) -> int | None:
    """Return the place of a value that equals, or nearly equals, one of `grid_values`; else None."""
    step = dimension.numbers.get("q", 1)
    place = round(value / step)
    is_close = math.isclose(_value(dimension, place), value, rel_tol=1e-9, abs_tol=1e-9 * step)
    return place if is_close and place in (_places(dimension) or ()) else None


def _value(dimension: Dimension, place: int) -> float:
    q = dimension.numbers.get("q")
    return place if q is None else plain(dimension, place * q)
