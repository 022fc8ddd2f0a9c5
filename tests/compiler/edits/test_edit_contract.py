"""The contract of edits, judged; and each trial that counts, run under both versions."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import pytest

from hypertemplate.compiler.edits.changes import Edits
from hypertemplate.compiler.edits.source_edits import edits_between
from hypertemplate.search.generations.judgement import Judgement, judged
from hypertemplate.search.study import Trial, TrialState
from tests.compiler import support
from tests.compiler.support import source
from tests.edit_contract import CASES, EditCase, Point
from tests.edited_trials import losses, space

compiled = functools.cache(support.compiled)


@functools.cache
def edits(before: str, after: str) -> Edits:
    return edits_between(source(before), source(after), model=None, data=None)


def judgement(before: str, after: str, points: Sequence[Point]) -> Judgement:
    trials = [Trial(number, TrialState.COMPLETE, dict(point), 0.5) for number, point in enumerate(points)]
    return judged(trials, edits(before, after), space(compiled(before)), space(compiled(after)))


@pytest.mark.parametrize("case", [pytest.param(case, id=case.why) for case in CASES])
def test_what_an_edit_keeps(case: EditCase) -> None:
    found = judgement(case.before, case.after, case.points)
    assert [found.kept.get(number) for number in range(len(case.points))] == list(case.kept)
    assert all(found.left_out[n] for n, point in enumerate(case.kept) if point is None)
    assert case.says in " ".join("\n".join(found.lines).split())
    if not found.kept:
        return
    before = losses(compiled(case.before), {number: case.points[number] for number in found.kept})
    assert losses(compiled(case.after), found.kept) == before
