"""Evaluator of templates: the kinds of expressions and statements, and the start of an evaluation."""

from __future__ import annotations

from hypertemplate.compiler.dataflow.effects import Effects
from hypertemplate.compiler.dataflow.evaluation import (
    assignments,
    control_flow,
    decorated_definitions,
    expressions,
)
from hypertemplate.compiler.dataflow.evaluation.context import Context, Language
from hypertemplate.compiler.dataflow.evaluation.knowledge import Knowledge

_PYTHON = Language(
    expressions.EXPRESSIONS,
    {**assignments.STATEMENTS, **control_flow.STATEMENTS, **decorated_definitions.STATEMENTS},
)


def begin(known: Knowledge, effects: Effects) -> Context:
    """Begin the evaluation of a statement of the module, or of a function's body.

    Args:
        known: facts about the template.
        effects: effects to add to.
    """
    return Context(known, effects, _PYTHON)
