"""Evaluation of branches, loops and other statements that run blocks, return or raise.

Where code branches, both ways are taken, and a loop runs twice.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from hypertemplate.compiler.dataflow.effects import NOTHING, items, parts
from hypertemplate.compiler.dataflow.evaluation.assignments import assign
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.evaluation.file_uses import note_imported_files
from hypertemplate.compiler.dataflow.evaluation.function_bodies import note_result
from hypertemplate.compiler.dataflow.evaluation.outside import note_import
from hypertemplate.compiler.dataflow.evaluation.path_texts import fold, item_texts
from hypertemplate.compiler.dataflow.evaluation.template_calls import iterated, touch
from hypertemplate.compiler.syntax.nodes import last_name, unused_calls


def _expression(context: Context, node: ast.Expr) -> None:
    context.unused |= set(unused_calls(node.value))
    context.value(node.value)


def _inside(context: Context, *blocks: Sequence[ast.stmt], again: bool = False) -> None:
    """Run blocks that may or may not run; those of a loop run twice."""
    top, context.at_top = context.at_top, False
    for block in blocks:
        context.run(block)
    if again and not context.repeating and context.scopes:
        context.repeating = True
        for block in blocks:
            context.run(block)
        context.repeating = False
    context.at_top = top


def _condition(context: Context, node: ast.If) -> None:
    touch(context, context.value(node.test))
    typing = last_name(node.test) == "TYPE_CHECKING"  # whose imports no run makes
    _inside(context, [] if typing else node.body, node.orelse)


def _loop(context: Context, node: ast.While) -> None:
    touch(context, context.value(node.test))
    _inside(context, node.body, again=True)
    _inside(context, node.orelse)


def _for(context: Context, node: ast.For | ast.AsyncFor) -> None:
    assign(context, node.target, items(iterated(context, node.iter)), item_texts(context, node.iter))
    _inside(context, node.body, again=True)
    _inside(context, node.orelse)


def _with(context: Context, node: ast.With | ast.AsyncWith) -> None:
    for one in node.items:
        manager = context.value(one.context_expr)
        found = touch(context, manager) | manager | items(manager)
        context.effects.hand(manager)
        if one.optional_vars is not None:
            assign(context, one.optional_vars, found, fold(context, one.context_expr))
    context.run(node.body)


def _try(context: Context, node: ast.Try) -> None:
    _inside(context, node.body)
    for handler in node.handlers:
        context.value(handler.type)
        if handler.name is not None:
            context.bind_name(handler.name, NOTHING)
        _inside(context, handler.body)
    _inside(context, node.orelse, node.finalbody)


def _match(context: Context, node: ast.Match) -> None:
    subject = context.value(node.subject)
    touch(context, subject)
    taken = subject | parts(subject)
    for case in node.cases:
        for pattern in ast.walk(case.pattern):
            name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
            if isinstance(name, str):
                context.bind_name(name, taken)
        context.value(case.guard)
        _inside(context, case.body)


def _return(context: Context, node: ast.Return) -> None:
    context.results[-1] |= context.value(node.value)
    if node.value is not None:
        note_result(context, node.value)


def _raise(context: Context, node: ast.Raise | ast.Assert) -> None:
    for child in (node.exc, node.cause) if isinstance(node, ast.Raise) else (node.test, node.msg):
        touch(context, context.value(child))


def _import(context: Context, node: ast.Import | ast.ImportFrom) -> None:
    note_import(context, node)
    note_imported_files(context, node)


STATEMENTS: dict[type, Callable[..., None]] = {
    ast.Expr: _expression,
    ast.If: _condition,
    ast.While: _loop,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.Match: _match,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _raise,
    ast.Import: _import,
    ast.ImportFrom: _import,
}
"""Functions that evaluate these statements, by the class of the statement."""

if hasattr(ast, "TryStar"):  # pragma: no branch - Python 3.11
    STATEMENTS[ast.TryStar] = _try
