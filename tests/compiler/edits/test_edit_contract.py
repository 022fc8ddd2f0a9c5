"""The contract of edits, judged; and each trial that counts, run under both versions."""

from __future__ import annotations

import builtins
import functools
import random
from collections.abc import Iterator, Mapping, Sequence

import pytest

from hypertemplate.compiler.edits.changes import Edits
from hypertemplate.compiler.edits.source_edits import edits_between
from hypertemplate.compiler.markers.drawn_values import python_values
from hypertemplate.compiler.markers.resolve import resolve
from hypertemplate.compiler.markers.search_space import Argument, Dimension
from hypertemplate.compiler.program import Program
from hypertemplate.search.generations.judgement import Judgement, judged
from hypertemplate.search.study import Trial, TrialState
from tests.compiler import support
from tests.compiler.support import each_trial, source
from tests.edit_contract import CASES, EditCase, Point

compiled = functools.cache(support.compiled)


@functools.cache
def edits(before: str, after: str) -> Edits:
    return edits_between(source(before), source(after), model=None, data=None)


def space(program: Program) -> tuple[Dimension, ...]:
    """The space with its numbers, as a worker gets them."""
    names: dict[str, object] = {}
    for part in program.parts:
        exec(part.setup, names)

    def value(argument: Argument) -> object:
        return eval(argument.value or argument.text, names)

    return tuple(resolve(parameter, value) for parameter in program.space.parameters)


def judgement(before: str, after: str, points: Sequence[Point]) -> Judgement:
    trials = [Trial(number, TrialState.COMPLETE, dict(point), 0.5) for number, point in enumerate(points)]
    return judged(trials, edits(before, after), space(compiled(before)), space(compiled(after)))


def losses(text: str, points: Mapping[int, Point]) -> list[object]:
    """What the trials return that have these numbers, each seeded by its own."""
    program = compiled(text)
    names = vars(builtins)

    def begun() -> Iterator[Point]:
        for number, point in points.items():
            names["space"] = python_values(space(program), point)
            random.seed(number)
            yield point

    random.seed(1337)
    try:
        found = list(each_trial(program, begun()))
    finally:
        names.pop("space", None)
    return [returned if program.model is not None else returned["loss"] for returned in found]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.why) for case in CASES])
def test_what_an_edit_keeps(case: EditCase) -> None:
    found = judgement(case.before, case.after, case.points)
    assert [found.kept.get(number) for number in range(len(case.points))] == list(case.kept)
    assert all(found.left_out[n] for n, point in enumerate(case.kept) if point is None)
    assert case.says in " ".join("\n".join(found.lines).split())
    before = losses(case.before, {number: case.points[number] for number in found.kept})
    assert losses(case.after, found.kept) == before
