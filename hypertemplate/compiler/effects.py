"""Which objects a statement changes, as far as its text tells."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_BODIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def changed(node: ast.AST, *, bodies: bool = False) -> Iterator[str]:
    """The names whose objects a statement changes in place.

    That is by an item or attribute that is assigned or deleted, an augmented assignment, a method called
    for its effect alone, or one called ``fit``.

    Args:
        node: the statement.
        bodies: whether bodies of functions and classes count, which run when they are called.
    """
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        match inner:
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                yield from root(inner)
            case ast.AugAssign(target=ast.Name(id=name)):
                yield name
            case ast.Expr(value=ast.Call(func=ast.Attribute() as func)):
                yield from root(func)
            case ast.Call(func=ast.Attribute(attr=attribute) as func) if attribute.startswith("fit"):
                yield from root(func)  # history = model.fit(...)
        if bodies or not isinstance(inner, _BODIES):
            waiting += list(ast.iter_child_nodes(inner))


def held(node: ast.AST) -> Iterator[str]:
    """The names of which a statement takes an attribute or item."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Attribute, ast.Subscript)) and isinstance(inner.ctx, ast.Load):
            yield from root(inner)


def root(node: ast.expr) -> Iterator[str]:
    """``a`` of ``a.b[c].d``; nothing where there is no name at the root."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id
