"""Warnings for attributes such as ``K.sqrt`` and ``np.float`` that their libraries removed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.callees import Callees
from hypertemplate.compiler.checks.import_edits import import_edit, import_text, root_name
from hypertemplate.compiler.checks.moved_names.moved_imports import Today, is_tried, owner, today
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.tree import Tree


def moved_attributes(module: Module) -> Iterator[Diagnostic]:
    """Warn about attributes of modules that their libraries removed.

    Those of a name whose import was moved itself are ignored, since the import is what has to change; so are
    those in a ``try`` that catches ImportError, or in its handler.
    """
    callees = Callees(module)
    for tree in module.trees:
        for node in tree.parents:
            if isinstance(node, ast.Attribute) and not isinstance(tree.parents[node], ast.Attribute):
                yield from _attribute(callees, tree, node)


def _attribute(callees: Callees, tree: Tree, node: ast.expr) -> Iterator[Diagnostic]:
    """Warn about the longest beginning of a chain of attributes that was removed."""
    module = callees.module
    if today(module.aliases.get(root_name(node), ""), module=True) is not None:
        return
    while isinstance(node, ast.Attribute):
        path = callees.dotted(tree, node)
        moved = today(path) if path is not None else None
        if path is not None and moved is not None:
            if not _is_tried(tree, node):
                help, edits = _replacement(module, tree, node, moved)
                yield warning(Code.MOVED_IMPORT, f"{owner(path)} has no {path}", tree.span(node), help, edits)
            return
        node = node.value


def _is_tried(tree: Tree, node: ast.expr) -> bool:
    return any(isinstance(child, ast.stmt) and is_tried(tree, child) for child, _ in tree.ancestors(node))


def _replacement(
    module: Module, tree: Tree, node: ast.Attribute, moved: Today
) -> tuple[str, tuple[Edit, ...]]:
    """Return the help for a moved attribute, and the edits where its new module is or can be imported."""
    if moved.advice:
        return moved.advice, ()
    builtin = moved.path.removeprefix("builtins.")
    if builtin != moved.path and builtin not in module.binders:
        return f"write {builtin}", (Edit(tree.span(node), builtin),)
    for alias, path in sorted(module.aliases.items(), key=lambda bound: -len(bound[1])):
        if moved.path.startswith(f"{path}.") and today(path, module=True) is None:
            text = f"{alias}{moved.path.removeprefix(path)}"
            return f"write {text}", (Edit(tree.span(node), text),)
    origin, _, name = moved.path.rpartition(".")
    last = origin.rpartition(".")[2]
    help = f"{import_text(origin)}, and write {last}.{name}"
    imported = import_edit(module, tree, node, origin)
    return help, (imported, Edit(tree.span(node), f"{last}.{name}")) if imported is not None else ()
