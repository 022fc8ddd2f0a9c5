"""Scopes that names belong to, and the nodes that bind them there."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.syntax.nodes import FunctionNode, outside_definitions
from hypertemplate.compiler.syntax.scopes import SCOPES, bound_names
from hypertemplate.compiler.syntax.tree import Tree

KEPT = 64
"""Number of parts and scopes whose names are remembered."""


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


def uses_of(tree: Tree, name: str) -> tuple[ast.Name, ...]:
    """Return the nodes of a name in a part, in whatever scopes."""
    return _names_in(tree.module).get(name, ())


@functools.lru_cache(maxsize=KEPT)
def _names_in(module: ast.Module) -> dict[str, tuple[ast.Name, ...]]:
    found: dict[str, list[ast.Name]] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Name):
            found.setdefault(node.id, []).append(node)
    return {name: tuple(nodes) for name, nodes in found.items()}


def binders_of(scope: FunctionNode | ast.ClassDef, name: str) -> tuple[ast.AST, ...]:
    """Return the nodes in a function or class that bind a name of it, by whatever means."""
    return _binders_in(scope).get(name, ())


@functools.lru_cache(maxsize=KEPT)
def _binders_in(scope: FunctionNode | ast.ClassDef) -> dict[str, tuple[ast.AST, ...]]:
    found: dict[str, list[ast.AST]] = {}
    for node in outside_definitions(*scope.body):
        if bound := _bound_by(node):
            found.setdefault(bound, []).append(node)
    for node in ast.walk(scope):
        for name in node.names if isinstance(node, ast.Nonlocal) else ():
            found.setdefault(name, []).append(node)
    return {name: tuple(nodes) for name, nodes in found.items()}


def binders_among(statements: Iterable[ast.stmt], name: str) -> Iterator[ast.AST]:
    """Yield the nodes that bind a name where these statements are."""
    return (node for node in outside_definitions(*statements) if _bound_by(node) == name)


def _bound_by(node: ast.AST) -> str | None:
    """Return the name that a node itself binds; None for none."""
    match node:
        case ast.Name(id=bound, ctx=ast.Store() | ast.Del()):
            return bound
        case ast.alias():
            return node.asname or node.name.split(".")[0]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.ExceptHandler():
            return node.name
        case ast.MatchAs() | ast.MatchStar():
            return node.name
        case ast.MatchMapping():
            return node.rest
    return None
