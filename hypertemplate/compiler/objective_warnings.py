"""Warnings that concern a search by some objectives only, so that the compiler alone cannot give them."""

from __future__ import annotations

import ast

from hypertemplate.compiler.checks.loss_scales import scale_warnings
from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.entry.unscored_results import unscored
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.nodes import last_name

_EXITS = frozenset({"_exit", "abort", "exit", "kill", "quit"})
"""Functions that end the process."""


def objective_warnings(program: Program, objective: str | None) -> tuple[Diagnostic, ...]:
    """Return the warnings that concern a search by an objective.

    Args:
        program: compiled template.
        objective: name of the objective; None for the default.
    """
    without = (program.no_loss,) if program.no_loss is not None and objective is None else ()
    return (*without, *scale_warnings(program, objective))


def no_loss(module: Module, model: Function | None) -> Diagnostic | None:
    """Return a warning for a model function whose results are surely no loss."""
    found = unscored(module, model) if model is not None else None
    if model is None or found is None or (found.is_nothing and (_never_ends(model) or _reports(module))):
        return None
    text = f"{model.name}() returns {found.what}, so each trial would fail"
    place = model.statement.tree.span(found.node) if found.node is not None else model.span
    return warning(Code.NO_LOSS, text, place, found.help)


def _reports(module: Module) -> bool:
    """Tell whether code of the template reports losses, which count where the model returns nothing."""
    nodes = (node for tree in module.trees for node in ast.walk(tree.module))
    return any(isinstance(node, ast.Call) and last_name(node.func) == "report" for node in nodes)


def _never_ends(function: Function) -> bool:
    """Tell whether a function may have no way past its last statement: it raises, exits or loops."""
    last = function.node.body[-1]
    match last:
        case ast.Expr(value=ast.Call(func=called)):
            return (last_name(called) or "") in _EXITS
    return isinstance(last, (ast.Raise, ast.While))
