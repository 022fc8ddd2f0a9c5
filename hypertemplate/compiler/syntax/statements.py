"""Classification of top-level statements by their syntax alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator


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


def is_main_guard(node: ast.stmt) -> bool:
    """Return True for ``if __name__ == "__main__":`` without an ``else``.

    With an ``else``, which an import runs, it is an ordinary statement whose test is false.
    """
    return isinstance(node, ast.If) and not node.orelse and tests_main(node)


def tests_main(node: ast.stmt) -> bool:
    """Return True for an ``if __name__ == "__main__"``, whose test is false in a trial."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    main = any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    return named and main and all(isinstance(op, ast.Eq) for op in node.test.ops)
