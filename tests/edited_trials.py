"""Trials of two versions of a template: their spaces, points and losses, without a worker."""

from __future__ import annotations

import builtins
import contextlib
import io
import random
from collections.abc import Iterator, Mapping

from hypertemplate.compiler.markers.drawn_values import python_values
from hypertemplate.compiler.markers.resolve import resolve
from hypertemplate.compiler.markers.search_space import Argument, Dimension, Params
from hypertemplate.compiler.program import Program
from tests.compiler.support import each_trial

STUDY_SEED = 1337


def space(program: Program) -> tuple[Dimension, ...]:
    """The space with its numbers, as a worker gets them."""
    names: dict[str, object] = {}
    for part in program.parts:
        exec(part.setup, names)

    def value(argument: Argument) -> object:
        return eval(argument.value or argument.text, names)

    return tuple(resolve(parameter, value) for parameter in program.space.parameters)


def losses(program: Program, points: Mapping[int, Params]) -> list[object]:
    """What the trials with these numbers return, each seeded by its own, after one setup."""
    names = vars(builtins)

    def begun() -> Iterator[Params]:
        for number, point in points.items():
            names["space"] = python_values(space(program), point) if program.reads_space else None
            random.seed(number)
            yield point

    random.seed(STUDY_SEED)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            found = list(each_trial(program, begun()))
    finally:
        names.pop("space", None)
    return [returned if program.model is not None else returned["loss"] for returned in found]


def random_point(space: tuple[Dimension, ...], draws: random.Random) -> dict[str, float]:
    """A point of a space of choices, uniform, ``quniform`` and whole numbers."""
    point: dict[str, float] = {}
    for dimension in space:
        outer, option = dimension.parent or ("", 0)
        if not outer or point.get(outer) == option:
            point[dimension.label] = _drawn(dimension, draws)
    return point


def _drawn(dimension: Dimension, draws: random.Random) -> float:
    numbers = dimension.numbers
    if dimension.options:
        return draws.randrange(len(dimension.options))
    low, high = (numbers["low"], numbers["high"]) if "high" in numbers else (0, numbers["low"])
    if dimension.distribution == "randint":
        return draws.randrange(int(low), int(high))
    step = numbers.get("q", 1 if dimension.integral else 0)
    if not step:
        return draws.choice([draws.uniform(low, high), (low + high) / 2, float(low)])
    value = round(draws.uniform(low, high) / step) * step
    return int(value) if dimension.integral else float(value)
