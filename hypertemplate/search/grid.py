"""Every point of a finite search space, one after another."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from hypertemplate.compiler.space import Dimension, Params
from hypertemplate.errors import UsageError
from hypertemplate.search.sampler import plain


class GridSampler:
    """A `Sampler` that proposes each point once, the last parameter changing fastest.

    Args:
        space: what to sample, an inner dimension after its choice.

    Attributes:
        size: how many points there are.

    Raises:
        UsageError: a dimension has no end of values; the message names all of those.
    """

    def __init__(self, space: tuple[Dimension, ...]) -> None:
        endless = [d.label for d in space if _count(d) is None]
        if endless:
            listed = ", ".join(endless)
            have = "has" if len(endless) == 1 else "have"
            raise UsageError(
                f"a grid needs finitely many values, and {listed} {have} no end of them: "
                "write choice([...]) or quniform(low, high, q), or take another algorithm"
            )
        self._space = space
        self._points = _points(space, {})
        self._next = 0
        self.size = _size(space)

    def ask(self, number: int) -> Params:
        """The point of this number; numbers are asked for in ascending order."""
        point = next(itertools.islice(self._points, number - self._next, None))
        self._next = number + 1
        return point

    def give(self, number: int, params: Params) -> None:
        """A grid learns nothing from a point that the user gave."""

    def tell(self, number: int, params: Params, loss: float | None) -> None:
        """There is nothing to learn."""

    def state(self) -> str:
        """There is none."""
        return ""


def _points(space: tuple[Dimension, ...], chosen: Params) -> Iterator[Params]:
    """The points that begin with what was chosen; a dimension is in those that reach it."""
    if not space:
        yield chosen
        return
    dimension, rest = space[0], space[1:]
    if not _is_reached(dimension, chosen):
        yield from _points(rest, chosen)
        return
    for value in _values(dimension):
        yield from _points(rest, {**chosen, dimension.label: value})


def _is_reached(dimension: Dimension, chosen: Params) -> bool:
    outer, option = dimension.parent or ("", 0)
    return not outer or chosen.get(outer) == option


def _size(space: tuple[Dimension, ...]) -> int:
    """How many points there are, without going through them."""
    inside: dict[tuple[str, int], list[Dimension]] = {}
    for dimension in space:
        if dimension.parent is not None:
            inside.setdefault(dimension.parent, []).append(dimension)

    def size(dimension: Dimension) -> int:
        if not dimension.options:
            return _count(dimension) or 0
        options = range(len(dimension.options))
        return sum(math.prod(map(size, inside.get((dimension.label, i), ()))) for i in options)

    return math.prod(size(dimension) for dimension in space if dimension.parent is None)


def _count(dimension: Dimension) -> int | None:
    """How many values a dimension has, None if there is no end of them."""
    if dimension.options:
        return len(dimension.options)
    numbers = dimension.numbers
    match dimension.distribution:
        case "randint":
            return int(numbers["high"] - numbers["low"]) if "high" in numbers else int(numbers["low"])
        case "uniformint":
            return int(numbers["high"] - numbers["low"]) + 1
        case "quniform":
            return round(numbers["high"] / numbers["q"]) - round(numbers["low"] / numbers["q"]) + 1
    return None


def _values(dimension: Dimension) -> Iterator[float]:
    count = _count(dimension) or 0
    numbers = dimension.numbers
    if dimension.options:
        return iter(range(count))
    if dimension.distribution == "quniform":
        first, step = round(numbers["low"] / numbers["q"]), numbers["q"]
        return iter(plain(dimension, (first + i) * step) for i in range(count))
    first = int(numbers["low"]) if dimension.distribution == "uniformint" or "high" in numbers else 0
    return iter(range(first, first + count))
