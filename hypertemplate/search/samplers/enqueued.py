"""Points that the user knows to be good, tried before any other: ``--point '{"rate": 0.1}'``."""

from __future__ import annotations

import json
import math
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence

from hypertemplate.compiler.markers.resolve import default_draw
from hypertemplate.compiler.markers.search_space import Dimension, Params, SearchSpace
from hypertemplate.errors import Spelling, UsageError, as_option
from hypertemplate.search.fixed_params import FixedParam, drawn, parse_fixed
from hypertemplate.search.samplers.base import Learner, plain, reached
from hypertemplate.search.study import Trial

Point = tuple[FixedParam, ...]
"""The values of one point that the user gave; what it leaves out takes its default."""


class PointsFirst:
    """A `Sampler` that proposes the user's points, and then what another one proposes.

    Args:
        sampler: learns from the points too.
        points: in the order in which they are tried; a `sampler` of finite size counts them.
    """

    def __init__(self, sampler: Learner, points: Iterable[Params]) -> None:
        self._sampler = sampler
        self._points = deque(points)
        self.size = sampler.size

    def ask(self, number: int) -> Params:
        """The next point."""
        if not self._points:
            return self._sampler.ask(number)
        point = self._points.popleft()
        self._sampler.give(number, point)
        return point

    def tell(self, number: int, params: Params, loss: float | None, failure: str | None = None) -> None:
        """Have the other one learn."""
        self._sampler.tell(number, params, loss, failure)

    def state(self) -> str:
        """That of the other one."""
        return self._sampler.state()


def parse_points(
    texts: Sequence[str], space: SearchSpace, fixed: Sequence[FixedParam] = ()
) -> tuple[Point, ...]:
    """The points in JSON objects of labels and values, checked as far as the template is literal.

    Args:
        texts: as the user wrote them.
        space: what is searched.
        fixed: the parameters that have one value.

    Raises:
        UsageError: a text is no JSON object, or names what is no parameter, or a value that it cannot have,
            or another value than a parameter's one.
    """
    found = []
    for text in texts:
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise UsageError(
                f"{{points}} {text}: write a JSON object of labels and values, such as "
                f"'{{\"{_example(space)}\": 1}}'",
                "points",
            )
        pairs = tuple(f"{k}={v if isinstance(v, str) else json.dumps(v)}" for k, v in values.items())
        strings = {label for label, value in values.items() if isinstance(value, str)}
        point = parse_fixed(pairs, space, strings, "points")
        for one in _contradicted(point, fixed):
            raise UsageError(
                f"{{points}} {one.label}: {{fixed}} gives it the value {one.text} in every trial; leave it "
                "out of the point",
                "points",
                ("fixed",),
            )
        found.append(point)
    return tuple(found)


def possible_points(points: Iterable[Point], fixed: Sequence[FixedParam]) -> tuple[Point, ...]:
    """The points less those with another value than a parameter's one, which has been set since."""
    return tuple(point for point in points if not _contradicted(point, fixed))


def _contradicted(point: Point, fixed: Sequence[FixedParam]) -> list[FixedParam]:
    """The fixed values that give a parameter of the point another value."""
    values = {param.label: param for param in point}
    return [param for param in fixed if values.get(param.label, param) != param]


def joined_points(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """The points that a study was given before and those of this run, what is in both once.

    A point that is given twice at once is meant to be tried twice.
    """
    had = Counter(map(_key, before))
    new = []
    for text in now:
        key = _key(text)
        if had[key]:
            had[key] -= 1
        else:
            new.append(text)
    return (*before, *new)


def _key(text: str) -> str:
    """The same for all ways to write a JSON value."""
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text


def points_had(
    trials: Iterable[Trial], values: Mapping[str, float], space: tuple[Dimension, ...]
) -> list[Params]:
    """The points of a space at which trials ran.

    Args:
        trials: those that the study has, whatever came of them.
        values: the drawn values of the parameters that have one; a trial with another one is left out.
        space: what is left to sample.
    """
    labels = [dimension.label for dimension in space]
    return [
        {label: trial.params[label] for label in labels if label in trial.params}
        for trial in trials
        if all(math.isclose(trial.params.get(label, value), value) for label, value in values.items())
    ]


def still_to_try(points: Iterable[Params], had: Iterable[Params]) -> list[Params]:
    """The points less those that the study has had, each as often as it has had it."""
    times = Counter(frozenset(point.items()) for point in had)
    left = []
    for point in points:
        key = frozenset(point.items())
        if times[key]:
            times[key] -= 1
        else:
            left.append(point)
    return left


def points_note(tried: int, new: int, room: int, *, resumed: bool, spell: Spelling = as_option) -> str | None:
    """What becomes of the points that the user gave, where that is not plain; None where it is.

    Args:
        tried: how many of those that were given now the study has had.
        new: how many of all that were ever given it has not had.
        room: how many trials it will yet have.
        resumed: whether it has had any.
        spell: spells a parameter.
    """
    said = []
    if tried:
        said.append(f"{_points(tried, 'has', 'have')} been tried already")
    if new and resumed and room:
        said.append(f"{_points(new, 'is', 'are')} tried next")
    if new > room:
        said.append(f"{spell('max_evals')} has room for {room}")
    return f"{spell('points')}: {', '.join(said)}" if said else None


def _points(count: int, one: str, more: str) -> str:
    return f"1 point {one}" if count == 1 else f"{count} points {more}"


def point_params(point: Point, space: tuple[Dimension, ...]) -> Params:
    """The point's values, with the default of what it leaves out, as far as they are reached.

    Raises:
        UsageError: a value is not of its parameter, which only the worker could know.
    """
    given = {param.label: param for param in point}
    values = {
        d.label: drawn(given[d.label], d) if d.label in given else plain(d, default_draw(d)) for d in space
    }
    return reached(space, values)


def _example(space: SearchSpace) -> str:
    return space.parameters[0].label if space.parameters else "rate"
