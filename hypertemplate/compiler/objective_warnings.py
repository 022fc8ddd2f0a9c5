"""Warnings that concern a search by some objectives only, so that the compiler alone cannot give them."""

from __future__ import annotations

import ast

from hypertemplate.compiler.checks.loss_scales import scale_warnings
from hypertemplate.compiler.dataflow.module import Function
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.nodes import last_name, own_nodes

_EXITS = frozenset({"_exit", "abort", "exit", "kill", "quit"})
"""Functions that end the process."""


def objective_warnings(program: Program, objective: str | None) -> tuple[Diagnostic, ...]:
    """Return the warnings that concern a search by an objective.

    Args:
        program: compiled template.
        objective: name of the objective; None for the default.
    """
    nothing = program.returns_nothing if objective is None else None
    return (*((nothing,) if nothing is not None else ()), *scale_warnings(program, objective))


def returns_nothing(model: Function | None) -> Diagnostic | None:
    """Return a warning for a model function that returns None, as far as it comes to its end."""
    if model is None or model.node.decorator_list or _never_ends(model.node.body[-1]):
        return None
    for node in own_nodes(model.node):
        match node:
            case ast.Return(value=None | ast.Constant(value=None)):
                pass
            case ast.Return() | ast.Yield() | ast.YieldFrom():
                return None
            case ast.Call(func=called) if last_name(called) == "report":
                return None  # its loss counts
    text = f"{model.name}() returns nothing, so each trial would fail"
    help = "return the loss, as in return {'loss': -accuracy}, or name a metric of a fit with --objective"
    return warning(Code.RETURNS_NOTHING, text, model.span, help)


def _never_ends(last: ast.stmt) -> bool:
    """Tell whether a function may have no way past its last statement: it raises, exits or loops."""
    match last:
        case ast.Expr(value=ast.Call(func=called)):
            return (last_name(called) or "") in _EXITS
    return isinstance(last, (ast.Raise, ast.While))
