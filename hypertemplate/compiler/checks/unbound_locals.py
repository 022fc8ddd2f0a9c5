"""Local variables that a function surely reads before it gives them a value: each call would fail."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.checks.names import place_of
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.syntax.name_scopes import binders_of
from hypertemplate.compiler.syntax.nodes import FUNCTIONS, FunctionNode, outside_definitions, parameters
from hypertemplate.compiler.syntax.scopes import bound_names
from hypertemplate.compiler.syntax.tree import Tree

_LATER = (*FUNCTIONS, ast.Lambda, ast.ClassDef, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)
_ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


def unbound_locals(module: Module, statements: Iterable[TopLevel]) -> Iterator[Diagnostic]:
    """Warn about ``x = x / 255`` in a function without a parameter x, and the like.

    Args:
        module: template.
        statements: statements that run.
    """
    for statement in statements:
        for node in ast.walk(statement.node):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from _of_function(module, statement.tree, node)


def _of_function(module: Module, tree: Tree, function: FunctionNode) -> Iterator[Diagnostic]:
    """Go through the statements of a function's body up to the first that may end it."""
    outer = {name for node in ast.walk(function) if isinstance(node, ast.Nonlocal) for name in node.names}
    unbound = {*bound_names(function)} - {*parameters(function)} - outer
    for statement in function.body:
        for name in _surely_read(statement):
            if name.id in unbound:
                unbound.remove(name.id)
                yield _unbound(module, tree, function, name)
        nodes = set(outside_definitions(statement))
        if any(isinstance(node, _ENDS) for node in nodes):
            return
        unbound = {name for name in unbound if nodes.isdisjoint(binders_of(function, name))}


def _surely_read(statement: ast.stmt) -> Iterator[ast.Name]:
    """Yield the names that a statement reads in any case, before it binds names itself."""
    match statement:
        case ast.AugAssign(target=ast.Name() as target):
            yield target
            roots: list[ast.expr] = [statement.value]
        case ast.Assign(value=value) | ast.Expr(value=value):
            roots = [value]
        case ast.Return(value=ast.expr() as value) | ast.AnnAssign(value=ast.expr() as value):
            roots = [value]
        case ast.If(test=value) | ast.While(test=value) | ast.For(iter=value):
            roots = [value]
        case _:
            return
    if any(isinstance(node, ast.NamedExpr) for root in roots for node in ast.walk(root)):
        return
    while roots:
        node = roots.pop()
        match node:
            case ast.Name():
                yield node
            case ast.IfExp(test=test):
                roots.append(test)
            case ast.BoolOp(values=[first, *_]):
                roots.append(first)
            case ast.Compare(left=first, comparators=[second, *_]):
                roots += [first, second]
            case _ if not isinstance(node, _LATER):
                children = ast.iter_child_nodes(node)
                roots += [
                    child.value if isinstance(child, ast.keyword) else child
                    for child in children
                    if isinstance(child, (ast.expr, ast.keyword))
                ]


def _unbound(module: Module, tree: Tree, function: FunctionNode, name: ast.Name) -> Diagnostic:
    text = f"'{name.id}' is read here before {function.name}() gives it a value"
    if name.id in module.binders:
        help = (
            f"{function.name}() assigns '{name.id}', which makes it a local variable: assign to another name"
        )
    else:
        help = f"give '{name.id}' a value above this line"
    return warning(Code.UNDEFINED_NAME, text, place_of(tree, name), help)
