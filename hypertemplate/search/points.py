"""Points that the user knows to be good, tried before any other: ``--point '{"rate": 0.1}'``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from hypertemplate.compiler.resolve import default_draw
from hypertemplate.compiler.space import Dimension, Params, SearchSpace
from hypertemplate.errors import UsageError
from hypertemplate.search.sampler import Sampler, plain, reached
from hypertemplate.search.settings import Setting, drawn, parse_settings

Point = tuple[Setting, ...]
"""The values of one point that the user gave; what it leaves out takes its default."""


class Learner(Sampler, Protocol):
    """A sampler that can learn from points which it did not propose."""

    def give(self, number: int, params: Params) -> None:
        """Trial `number` runs at this point; it will be told."""


class PointsFirst:
    """A `Sampler` that proposes the user's points, and then what another one proposes.

    Args:
        sampler: learns from the points too.
        points: in the order in which they are tried.
        space: what is sampled.

    Raises:
        UsageError: a value is not of its parameter, which only the worker could know.
    """

    def __init__(self, sampler: Learner, points: Sequence[Point], space: tuple[Dimension, ...]) -> None:
        self._sampler = sampler
        self._points = [point_params(point, space) for point in points]
        self.size = None if sampler.size is None else sampler.size + len(points)

    def ask(self, number: int) -> Params:
        """The point of this number."""
        if number >= len(self._points):
            return self._sampler.ask(number - len(self._points) if self.size is not None else number)
        self._sampler.give(number, self._points[number])
        return self._points[number]

    def tell(self, number: int, params: Params, loss: float | None) -> None:
        """Have the other one learn."""
        self._sampler.tell(number, params, loss)

    def state(self) -> str:
        """That of the other one."""
        return self._sampler.state()


def parse_points(texts: Sequence[str], space: SearchSpace) -> tuple[Point, ...]:
    """The points in JSON objects of labels and values, checked as far as the template is literal.

    Raises:
        UsageError: a text is no JSON object, or names what is no parameter, or a value that it cannot have.
    """
    found = []
    for text in texts:
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise UsageError(
                f"--point {text}: write a JSON object of labels and values, such as "
                f"'{{\"{_example(space)}\": 1}}'"
            )
        pairs = (f"{k}={v if isinstance(v, str) else json.dumps(v)}" for k, v in values.items())
        with _said_of_points():
            found.append(parse_settings(tuple(pairs), space))
    return tuple(found)


def point_params(point: Point, space: tuple[Dimension, ...]) -> Params:
    """The point's values, with the default of what it leaves out, as far as they are reached.

    Raises:
        UsageError: as `PointsFirst`.
    """
    given = {setting.label: setting for setting in point}
    with _said_of_points():
        values = {
            d.label: drawn(given[d.label], d) if d.label in given else plain(d, default_draw(d))
            for d in space
        }
    return reached(space, values)


@contextmanager
def _said_of_points() -> Iterator[None]:
    """Name the option that the user wrote in what is wrong with a setting."""
    try:
        yield
    except UsageError as error:
        raise UsageError(str(error).replace("--set", "--point", 1)) from None


def _example(space: SearchSpace) -> str:
    return space.parameters[0].label if space.parameters else "rate"
