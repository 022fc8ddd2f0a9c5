"""Edits that import one name more, above the import that a template has of the same package."""

from __future__ import annotations

import ast
import re

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.source import NEWLINE, Span
from hypertemplate.compiler.syntax.statements import future_features
from hypertemplate.compiler.syntax.tree import Tree

_INDENT = re.compile(r"[ \t]*")


def import_text(path: str) -> str:
    """Return the statement that imports the last name of a dotted path.

    >>> import_text("keras.ops")
    'from keras import ops'
    """
    head, _, last = path.rpartition(".")
    return f"from {head} import {last}" if head else f"import {last}"


def import_edit(module: Module, tree: Tree, user: ast.expr, path: str) -> Edit | None:
    """Return the edit that imports a path where the first name of an expression is imported.

    Args:
        module: the template.
        tree: part that has the expression.
        user: a name, with attributes or without.
        path: dotted path of a module or name, whose last name becomes a variable.

    Returns:
        The edit, or None where that variable is taken or the expression is imported elsewhere.
    """
    last = path.rpartition(".")[2]
    place = _import_place(tree, root_name(user))
    if place is None or last in module.binders or last in module.users or last in module.aliases:
        return None
    start, indent = place
    newline = NEWLINE.search(tree.text)
    text = f"{import_text(path)}{newline.group() if newline else chr(10)}{indent}"
    return Edit(Span(tree.part, start, start), text)


def top_import_edit(module: Module, name: str, path: str) -> tuple[Edit, ...]:
    """Return the edit that imports a name above the template's first import; none without an import.

    Args:
        module: the template.
        name: name that nothing binds.
        path: dotted path of the module that has it.
    """
    imports = (s for s in module.statements if isinstance(s.node, (ast.Import, ast.ImportFrom)))
    first = next((s for s in imports if not any(future_features(s.node))), None)
    if first is None:
        return ()
    newline = NEWLINE.search(first.tree.text)
    text = f"{import_text(f'{path}.{name}')}{newline.group() if newline else chr(10)}"
    return (Edit(Span(first.span.part, first.span.start, first.span.start), text),)


def root_name(node: ast.expr) -> str:
    """Return the name that a chain of attributes begins with; empty if it begins otherwise."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _import_place(tree: Tree, name: str) -> tuple[int, str] | None:
    """Return the start of the import that binds a name, and its indentation."""
    for statement in tree.parents:
        if isinstance(statement, (ast.Import, ast.ImportFrom)) and any(
            (alias.asname or alias.name.split(".")[0]) == name for alias in statement.names
        ):
            start = tree.span(statement).start
            line = max(tree.text.rfind("\n", 0, start), tree.text.rfind("\r", 0, start)) + 1
            indent = tree.text[line:start]
            return (start, indent) if _INDENT.fullmatch(indent) else None
    return None
