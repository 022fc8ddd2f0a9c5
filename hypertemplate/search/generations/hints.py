"""Points of another study's trials, as hints for a new one whose losses may differ."""

from __future__ import annotations

import json
from collections.abc import Collection

from hypertemplate.compiler.edits.changes import Edits, MarkerPair
from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.search.generations.judgement import judged
from hypertemplate.search.generations.succession import Succession
from hypertemplate.search.study import TrialState


def hints(succession: Succession, fixed: Collection[str] = ()) -> tuple[str, ...]:
    """Return the points of the complete trials whose values are possible, the best first, as JSON objects.

    Args:
        succession: present template, after the study.
        fixed: labels whose values the user sets, which points leave out.
    """
    kept = succession.kept
    known = {dimension.label: dimension for dimension in kept.study.space}
    found = ((resolve_literal(p) or known.get(p.label)) for p in succession.program.space.parameters)
    space = tuple(dimension for dimension in found if dimension is not None)
    edits = succession.edits or Edits(tuple(MarkerPair(label, label, "") for label in known))
    complete = [trial for trial in kept.study.trials if trial.state is TrialState.COMPLETE]
    verdict = judged(complete, Edits(edits.markers, edits.marked, edits.unmarked), kept.study.space, space)
    ranked = sorted(complete, key=lambda trial: (trial.loss, trial.number))
    possible = (verdict.kept[trial.number] for trial in ranked if trial.number in verdict.kept)
    points = (_point({k: v for k, v in params.items() if k not in fixed}, space) for params in possible)
    return tuple(dict.fromkeys(points))


def _point(params: Params, space: tuple[Dimension, ...]) -> str:
    choices = {dimension.label for dimension in space if dimension.options}
    return json.dumps({label: f"#{int(one)}" if label in choices else one for label, one in params.items()})
