"""Names that code binds in the function around it, even where it does not run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.edits.version import View, bound_by
from hypertemplate.compiler.syntax.nodes import FUNCTIONS

_ACTING = (ast.Global, ast.Nonlocal, ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await)
"""Code that acts on the whole function by being there."""


def acting_unseen(nodes: Iterable[ast.AST], view: View) -> set[ast.AST]:
    """Return the nodes that may change what a function does even where they do not run.

    An assignment makes a name local in the whole function, and a ``yield`` makes a generator of it.

    Args:
        nodes: code that differs from another version of the module.
        view: module that they are in.
    """
    found: set[ast.AST] = set()
    by_function: dict[ast.AST, list[ast.AST]] = {}
    for node in nodes:
        if any(isinstance(inner, _ACTING) for inner in ast.walk(node)):
            found.add(node)
        function = next(
            (one for _, one in view.tree(node).ancestors(node) if isinstance(one, FUNCTIONS)), None
        )
        if function is not None:
            by_function.setdefault(function, []).append(node)
    for whole, differing in by_function.items():
        common = list(_without(whole, differing))
        names = {name for node in differing for inner in ast.walk(node) for name in bound_by(inner)}
        names -= {name for inner in common for name in bound_by(inner)}
        if any(text in names for inner in common for text in _texts(inner)):
            found.update(differing)
    return found


def _without(whole: ast.AST, left_out: list[ast.AST]) -> Iterator[ast.AST]:
    """Yield a node and all below it, less some of them."""
    pending = [whole]
    while pending:
        node = pending.pop()
        yield node
        pending += [child for child in ast.iter_child_nodes(node) if child not in left_out]


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield the names and texts in a node."""
    for _, value in ast.iter_fields(node):
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))
