"""Evaluation of the bodies of functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hypertemplate.compiler.dataflow.effects import (
    NOTHING,
    Closure,
    Code,
    Fresh,
    Objects,
    Scope,
    codes,
    reach,
)
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.evaluation.path_texts import fold
from hypertemplate.compiler.dataflow.files.path_pattern import UNKNOWN, Folded, either, parameter
from hypertemplate.compiler.syntax.nodes import Body, bodies, evaluated, parameters, statements_of
from hypertemplate.compiler.syntax.scopes import bound_names


def result(
    context: Context,
    closure: Closure,
    objects: Mapping[str, Objects],
    texts: Mapping[str, Folded] = MappingProxyType({}),
) -> Objects:
    """Return the result of a function whose parameters are these objects, and have these texts."""
    node = closure.node
    around, context.scopes = context.scopes, closure.scopes
    declared = {name for inner in _own(node) if isinstance(inner, ast.Nonlocal) for name in inner.names}
    scope = Scope(bound_names(node) - declared)
    scope.values.update((name, objects.get(f"({name})", NOTHING)) for name in parameters(node))
    scope.texts.update((name, texts.get(f"({name})", UNKNOWN)) for name in parameters(node))
    context.scopes += (scope,)
    context.results.append(set())
    context.receivers.append(next(iter(parameters(node)), ""))
    context.active.append(node)
    if isinstance(node, ast.Lambda):
        context.results[-1] |= context.value(node.body)
        note_result(context, node.body)
    else:
        context.run(node.body)
    context.active.pop()
    context.receivers.pop()
    context.scopes = around
    return frozenset(context.results.pop())


def evaluate_function(context: Context, code: Code) -> None:
    """Evaluate the body of a function of the template, for any arguments."""
    context.code = code
    roots = tuple(f"({name})" for name in parameters(code.node))
    objects = {root: frozenset((root,)) for root in roots}
    found = result(context, Closure(code.node, ()), objects, {root: parameter(root) for root in objects})
    context.effects.gives |= {one for one in found if isinstance(one, str)}
    made = [one for one in found if isinstance(one, Fresh)]
    context.effects.gives_parts |= reach(made)
    context.effects.gives_code |= codes(made)
    if next(bodies(*statements_of(code.node)), None) is not None or _yields(code.node):
        context.effects.gives_code.add(code.root)


def note_result(context: Context, node: ast.expr) -> None:
    """Note the paths that a function may return; `node` is the value of one ``return``."""
    if len(context.active) == 1:
        context.effects.gives_texts = either(context.effects.gives_texts, fold(context, node))


def _own(node: Body) -> Iterable[ast.AST]:
    return evaluated(*statements_of(node))


def _yields(node: Body) -> bool:
    return any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in _own(node))
