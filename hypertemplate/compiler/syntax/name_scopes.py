"""Scopes that names belong to, and the nodes that bind them there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.syntax.nodes import FunctionNode, outside_definitions
from hypertemplate.compiler.syntax.scopes import SCOPES, bound_names
from hypertemplate.compiler.syntax.tree import Tree


def scope_of(tree: Tree, use: ast.Name) -> ast.AST | None:
    """Return the innermost scope around a name that binds it; None for a name of the module."""
    in_function = False
    for child, parent in tree.ancestors(use):
        if isinstance(parent, SCOPES) and not _is_outside(child, parent):
            # A method does not see the names of the class around it.
            if use.id in bound_names(parent) and not (in_function and isinstance(parent, ast.ClassDef)):
                return parent
            in_function = in_function or not isinstance(parent, ast.ClassDef)
    return None


def _is_outside(child: ast.AST, scope: ast.AST) -> bool:
    """Return True if the enclosing scope evaluates a child of a function, class or lambda."""
    match scope:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return child not in scope.body
        case ast.Lambda():
            return child is not scope.body
    return False


def binders_of(scope: FunctionNode | ast.ClassDef, name: str) -> Iterator[ast.AST]:
    """Yield the nodes in a function or class that bind a name of it, by whatever means."""
    yield from binders_among(scope.body, name)
    yield from (node for node in ast.walk(scope) if isinstance(node, ast.Nonlocal) and name in node.names)


def binders_among(statements: Iterable[ast.stmt], name: str) -> Iterator[ast.AST]:
    """Yield the nodes that bind a name where these statements stand."""
    for node in outside_definitions(*statements):
        match node:
            case ast.Name(id=bound, ctx=ast.Store() | ast.Del()):
                found = bound == name
            case ast.alias():
                found = (node.asname or node.name.split(".")[0]) == name
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.ExceptHandler():
                found = node.name == name
            case ast.MatchAs() | ast.MatchStar():
                found = node.name == name
            case ast.MatchMapping():
                found = node.rest == name
            case _:
                found = False
        if found:
            yield node
