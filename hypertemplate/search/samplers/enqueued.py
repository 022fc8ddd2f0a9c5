"""Points from the user, tried before any other: ``--point '{"rate": 0.1}'``."""

from __future__ import annotations

import json
import math
import shlex
from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from hypertemplate.compiler.markers.resolve import default_draw
from hypertemplate.compiler.markers.search_space import Dimension, Params, SearchSpace
from hypertemplate.errors import Spelling, UsageError, as_option
from hypertemplate.search.fixed_params import FixedParam, drawn, example_point, parse_fixed
from hypertemplate.search.samplers.base import Sampler, plain, reached
from hypertemplate.search.study import Trial
from hypertemplate.units import counted

Point = tuple[FixedParam, ...]
"""Values of one point from the user; each parameter without a value takes its default."""

DEFAULTS: Point = ()
"""Point of the defaults alone."""

EARLIER_DEFAULTS = "defaults"
"""Option of a study: the defaults that its points have been completed with, by label, in order."""

_PRESENT: Mapping[str, float] = MappingProxyType({})


class PointsFirst:
    """`Sampler` that proposes the user's points first, and then those of another sampler.

    Args:
        sampler: other sampler, which learns from the user's points too.
        points: points in the order in which they are tried; a `sampler` of finite size counts them.
    """

    def __init__(self, sampler: Sampler, points: Iterable[Params]) -> None:
        self._sampler = sampler
        self._points = deque(points)
        self.size = sampler.size

    @property
    def has_pending(self) -> bool:
        """True if one of the points is left, or one of the other sampler's."""
        return bool(self._points) or self._sampler.has_pending

    def ask(self, number: int) -> Params:
        """Propose the next point."""
        if not self._points:
            return self._sampler.ask(number)
        point = self._points.popleft()
        self._sampler.give(number, point)
        return point

    def tell(
        self,
        number: int,
        params: Params,
        loss: float | None,
        failure: str | None = None,
        estimate: float | None = None,
        unused: Collection[str] = (),
    ) -> None:
        """Let the other sampler learn."""
        self._sampler.tell(number, params, loss, failure, estimate, unused)

    def give(self, number: int, params: Params) -> None:
        """Let the other sampler take note."""
        self._sampler.give(number, params)

    def state(self) -> str:
        """Return the state of the other sampler."""
        return self._sampler.state()


def parse_points(
    texts: Sequence[str],
    space: SearchSpace,
    fixed: Sequence[FixedParam] = (),
    earlier: Collection[str] = (),
) -> tuple[Point, ...]:
    """Parse JSON objects of labels and values, and check them against the template's literal parts.

    Args:
        texts: texts as the user wrote them.
        space: space of the search.
        fixed: parameters with one value.
        earlier: labels of those that an earlier run of the study has fixed.

    Raises:
        UsageError: a text is not a JSON object, has an unknown parameter or a value that it cannot have,
            or another value for a parameter than its fixed one.
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
                f"{shlex.quote(example_point(space))}",
                "points",
            )
        pairs = tuple(f"{k}={v if isinstance(v, str) else json.dumps(v)}" for k, v in values.items())
        strings = {label for label, value in values.items() if isinstance(value, str)}
        point = parse_fixed(pairs, space, strings, "points")
        for one in _contradicted(point, fixed):
            why = f"{{fixed}} gives it the value {one.text} in every trial; leave it out of the point"
            if one.label in earlier:
                why = (
                    f"the study has {{fixed}} {one.label}={one.text} from an earlier run; leave it out of "
                    f"the point, or search it again with {{fixed}} {one.label}="
                )
            raise UsageError(f"{{points}} {one.label}: {why}", "points", ("fixed",))
        found.append(point)
    return tuple(found)


def possible_points(points: Iterable[Point], fixed: Sequence[FixedParam]) -> tuple[Point, ...]:
    """Drop the points with another value for a parameter than its fixed one, which may be newer."""
    return tuple(point for point in points if not _contradicted(point, fixed))


def _contradicted(point: Point, fixed: Sequence[FixedParam]) -> list[FixedParam]:
    """Return the fixed values that contradict the point's values."""
    values = {param.label: param for param in point}
    return [param for param in fixed if values.get(param.label, param) != param]


def joined_points(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """Join the points that a study had before with those of this run; a point in both counts once.

    A point that is given twice in one run is tried twice.
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
    """Return a key that is equal for all spellings of a JSON value."""
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text


def points_had(
    trials: Iterable[Trial], values: Mapping[str, float], space: tuple[Dimension, ...]
) -> list[Params]:
    """Return the points of a space at which trials ran.

    Args:
        trials: trials of the study, whatever their outcomes.
        values: drawn values of the fixed parameters; a trial with another value is left out.
        space: dimensions left to sample.
    """
    labels = [dimension.label for dimension in space]
    return [
        {label: trial.params[label] for label in labels if label in trial.params}
        for trial in trials
        if all(math.isclose(trial.params.get(label, value), value) for label, value in values.items())
    ]


def still_to_try(
    points: Sequence[Params], had: Iterable[Params], others: Sequence[Sequence[Params]] = ()
) -> list[Params]:
    """Drop the points that the study has had, each as often as it has had it.

    Args:
        points: the points.
        had: points that the study has had.
        others: the same points under other defaults: a point was tried whatever its defaults were then.
    """
    times = Counter(frozenset(point.items()) for point in had)
    left = []
    for point, *again in zip(points, *others, strict=True):
        keys = [frozenset(one.items()) for one in (point, *again)]
        found = next((key for key in keys if times[key]), None)
        if found is None:
            left.append(point)
        else:
            times[found] -= 1
    return left


def points_note(tried: int, new: int, room: int, *, resumed: bool, spell: Spelling = as_option) -> str | None:
    """Return a note on the points that the user gave, where their use is not obvious; else None.

    Args:
        tried: number of the points given now that the study has had.
        new: number of all points ever given that it has not had.
        room: number of trials that it will still run.
        resumed: whether it has had any trials.
        spell: function that spells a parameter.
    """
    said = []
    if tried:
        said.append(f"{_points(tried, 'has', 'have')} been tried already")
    if new and resumed and room:
        said.append(f"{_points(new, 'is', 'are')} tried next")
    if new > room:
        of = "" if said else f" of {counted(new, 'point')}"
        said.append(f"{spell('max_evals')} has room for {room}{of}")
    return ", ".join(said) or None


def _points(count: int, one: str, more: str) -> str:
    return f"1 point {one}" if count == 1 else f"{count} points {more}"


def point_params(
    point: Point, space: tuple[Dimension, ...], defaults: Mapping[str, float] = _PRESENT
) -> Params:
    """Return the point's values, with defaults for the other parameters, as far as they are reached.

    Args:
        point: the point.
        space: dimensions left to sample.
        defaults: drawn values by label that are the defaults of these labels.

    Raises:
        UsageError: a value does not fit its parameter, which only the worker could know.
    """
    given = {param.label: param for param in point}
    values = {
        d.label: drawn(given[d.label], d)
        if d.label in given
        else plain(d, defaults.get(d.label, default_draw(d)))
        for d in space
    }
    return reached(space, values)


def defaults_of(space: tuple[Dimension, ...]) -> dict[str, float]:
    """Return the drawn values that a point without values has, also of what it does not reach."""
    return {dimension.label: plain(dimension, default_draw(dimension)) for dimension in space}
