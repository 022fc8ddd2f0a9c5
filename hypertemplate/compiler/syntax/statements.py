"""Classification of top-level statements by their syntax alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from hypertemplate.compiler.syntax.nodes import is_own_name


def defines(node: ast.stmt) -> bool:
    """Return True if a statement defines something callable, including a lambda."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Assign(value=ast.Lambda()) | ast.AnnAssign(value=ast.Lambda()):
            return True
    return False


def future_features(node: ast.stmt) -> Iterator[str]:
    """Yield the features of a ``from __future__ import``, which become compiler flags."""
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        yield from (alias.name for alias in node.names)


def is_main_guard(node: ast.stmt) -> TypeGuard[ast.If]:
    """Return True for ``if __name__ == "__main__":`` without an ``else``.

    With an ``else``, which an import runs, it is an ordinary statement with the test of a `tests_main`.
    """
    return tests_main(node) and not node.orelse


def tests_main(node: ast.stmt) -> TypeGuard[ast.If]:
    """Return True for an ``if __name__ == "__main__"``, which is true only in a script."""
    return isinstance(node, ast.If) and compares_with_main(node.test)


def compares_with_main(node: ast.AST) -> TypeGuard[ast.Compare]:
    """Return True for ``__name__ == "__main__"``, either way round."""
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    main = any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    return main and any(map(is_own_name, sides)) and all(isinstance(op, ast.Eq) for op in node.ops)
