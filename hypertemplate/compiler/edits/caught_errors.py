"""Code whose errors other code may catch: what cannot be read ends a block there, and not its trial."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.syntax.nodes import FUNCTIONS
from hypertemplate.compiler.syntax.tree import Tree

_SUPPRESSING = frozenset({"assertRaises", "raises", "suppress"})
"""Functions that make a context which ends the errors of its block."""

_OWN_CONTEXTS = frozenset({"__aexit__", "__exit__", "asynccontextmanager", "contextmanager"})
"""Names in code whose own contexts may end errors, too."""

_TRY = (ast.Try, getattr(ast, "TryStar", ast.Try))
"""Statements with ``except``; ``except*`` is of Python 3.11."""

_JUMPS = (ast.Break, ast.Continue, ast.Return)


class CaughtErrors:
    """Errors that the code of a version may catch.

    Args:
        trees: all of its code.
        names: names that it mentions.
        uncaught: definitions of functions that none of its code calls.
    """

    def __init__(self, trees: Iterable[Tree], names: frozenset[str], uncaught: Iterable[ast.stmt]) -> None:
        self._has_contexts = not names.isdisjoint(_OWN_CONTEXTS)
        self._uncaught = frozenset(uncaught)
        watched = (one for tree in trees for node in ast.walk(tree.module) for one in self._watched(node))
        kinds = {type(inner) for one in watched for inner in ast.walk(one)}
        self._watches_calls = ast.Call in kinds
        self._watches_imports = not kinds.isdisjoint({ast.Import, ast.ImportFrom})

    def may_catch(self, tree: Tree, statement: ast.stmt) -> bool:
        """Tell whether an error of a statement may end less than its trial."""
        outermost: ast.AST | None = None
        for child, parent in tree.ancestors(statement):
            if any(child is one for one in self._watched(parent)):
                return True
            outermost = parent if isinstance(parent, FUNCTIONS) else outermost
        if outermost is None:
            return self._watches_imports and bool(tree.origin.module)
        return self._watches_calls and outermost not in self._uncaught

    def _watched(self, node: ast.AST) -> Iterator[ast.stmt]:
        """Yield the statements in a block whose errors a statement may end."""
        if isinstance(node, ast.With | ast.AsyncWith):
            names = {name for item in node.items for name in _names(item)}
            yield from node.body if self._has_contexts or not names.isdisjoint(_SUPPRESSING) else ()
        elif isinstance(node, _TRY):
            leaves = any(isinstance(one, _JUMPS) for last in node.finalbody for one in ast.walk(last))
            yield from node.body if node.handlers or leaves else ()


def _names(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
