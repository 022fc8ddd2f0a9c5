"""Classes that code finds in their bases' lists of them, as ``Base.__subclasses__()`` does."""

from __future__ import annotations

import ast
from collections.abc import Iterator

LISTING = "__subclasses__"
"""Name of the method that returns the classes which derive from a class."""


def listings(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that name `LISTING`: as an attribute, or in a text, as for ``getattr``."""
    for inner in ast.walk(node):
        match inner:
            case ast.Attribute(attr=name) if name == LISTING:
                yield inner
            case ast.Constant(value=str(text)) if LISTING in text:
                yield inner


def may_be_listed(statement: ast.stmt) -> bool:
    """Tell whether a statement has a class with bases, or a call of ``type`` that makes one."""
    for node in ast.walk(statement):
        match node:
            case ast.ClassDef(bases=[_, *_]) | ast.Call(func=ast.Name(id="type"), args=[_, _, _]):
                return True
    return False
