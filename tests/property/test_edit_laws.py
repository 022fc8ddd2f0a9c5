"""The law of edits: a trial that counts after an edit has, run anew under the new code, the same loss."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from hypertemplate.compiler.edits.source_edits import edits_between
from hypertemplate.compiler.markers.resolve import ResolveError
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.program import Program
from hypertemplate.errors import CompileError
from hypertemplate.search.generations.judgement import judged
from hypertemplate.search.study import Trial, TrialState
from tests.compiler.support import compiled, source
from tests.edited_trials import losses, random_point, space
from tests.property.edited_programs import edited, program

pytestmark = pytest.mark.property


def _loaded(text: str) -> tuple[Program, tuple[Dimension, ...]] | None:
    """The program and its space; None for a text that an edit has spoilt."""
    try:
        found = compiled(text)
        return found, space(found)
    except (CompileError, ResolveError, NameError, TypeError, AttributeError, ValueError):
        return None


def _loss(found: Program, number: int, point: dict[str, float]) -> str | None:
    """The loss of a trial as a text; None if it raises."""
    try:
        return repr(losses(found, {number: point}))
    except Exception:
        return None


@settings(max_examples=settings().max_examples // 4)
@given(st.integers(0, 2**32))
def test_what_counts_after_an_edit_has_the_same_loss(seed: int) -> None:
    draws = random.Random(seed)
    before = program(draws)
    after = edited(before, draws)
    versions = _loaded(before), _loaded(after)
    assume(None not in versions)
    (old, had), (new, has) = (one for one in versions if one is not None)
    points = [random_point(had, draws) for _ in range(3)]
    trials = [Trial(number, TrialState.COMPLETE, point) for number, point in enumerate(points)]
    edits = edits_between(source(before), source(after), model=None, data=None)
    kept = judged(trials, edits, had, has).kept
    event(f"{len(kept)} of {len(points)} trials count")
    for number, point in kept.items():
        loss = _loss(old, number, points[number])
        assert loss is None or _loss(new, number, dict(point)) == loss
