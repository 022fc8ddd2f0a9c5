"""Warnings that concern a search by some objectives only, so that the compiler alone cannot give them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import replace

from hypertemplate.compiler.checks.loss_scales import scale_warnings
from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, Severity, warning
from hypertemplate.compiler.entry.unscored_results import unscored
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.source import Part
from hypertemplate.errors import CompileError

_EXITS = frozenset({"_exit", "abort", "exit", "kill", "quit"})
"""Functions that end the process."""

_REPORT = re.compile(r"\breport\b")


def objective_warnings(program: Program, objective: str | None) -> tuple[Diagnostic, ...]:
    """Return the warnings that concern a search by an objective.

    Args:
        program: compiled template.
        objective: name of the objective; None for the default.
    """
    without = (program.no_loss,) if program.no_loss is not None and objective is None else ()
    return (*without, *scale_warnings(program, objective))


def check_result(program: Program, objective: str | None) -> None:
    """Reject a search by what the model function returns, if that is surely no loss.

    Raises:
        CompileError: each trial would fail, at its end, which may be hours away.
    """
    if program.no_loss is not None and objective is None:
        raise CompileError((replace(program.no_loss, severity=Severity.ERROR),), program.source)


def no_loss(module: Module, model: Function | None, own: Iterable[Part]) -> Diagnostic | None:
    """Return a warning for a model function whose results are surely no loss.

    Args:
        module: the template.
        model: the model function; None for a script.
        own: the user's own modules, which may report losses.
    """
    found = unscored(module, model) if model is not None else None
    if model is None or found is None:
        return None
    if found.is_nothing and (_never_ends(model) or _may_report(module, own)):
        return None
    text = f"{model.name}() returns {found.what}, so each trial would fail"
    place = model.statement.tree.span(found.node) if found.node is not None else model.span
    return warning(Code.NO_LOSS, text, place, found.help)


def _may_report(module: Module, own: Iterable[Part]) -> bool:
    """Tell whether code may report losses, which count where the model returns nothing."""
    nodes = (node for tree in module.trees for node in ast.walk(tree.module))
    reports = any(isinstance(node, ast.Call) and last_name(node.func) == "report" for node in nodes)
    return reports or bool(module.given_code) or any(_REPORT.search(part.text) for part in own)


def _never_ends(function: Function) -> bool:
    """Tell whether a function may have no way past its last statement: it raises, exits or loops."""
    last = function.node.body[-1]
    match last:
        case ast.Expr(value=ast.Call(func=called)):
            return (last_name(called) or "") in _EXITS
    return isinstance(last, (ast.Raise, ast.While))
