"""Warnings for paths of models and weights with an ending that Keras 3 refuses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.checks.argument_edits import source_text
from hypertemplate.compiler.checks.moved_names.moved_imports import today
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree

WEIGHTS = ".weights.h5"
MODEL = ".keras"
_OLD = (".weights.hdf5", ".hdf5", ".h5", ".ckpt", ".tf", ".model", ".weights")
"""Endings that give way to today's; any other one is kept in front of it."""


def checkpoint_paths(module: Module) -> Iterator[Diagnostic]:
    """Warn about the path of a ``ModelCheckpoint`` or ``save_weights`` with another ending than today's.

    Where the path is a string, all equal strings of the template are edited with it: what is written under a
    path is read under it.
    """
    for tree in module.trees:
        for node in tree.parents:
            if isinstance(node, ast.Call) and (written := _written(module, node)) is not None:
                path, ending = written
                text = _text(module, path)
                if text is not None and not text.endswith(_accepted(ending)):
                    yield _warning(module, tree, path, text, ending)


def _written(module: Module, call: ast.Call) -> tuple[ast.expr, str] | None:
    """Return the path that a call writes to and the ending that it needs; None for other calls."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    path = call.args[0] if call.args else given.get("filepath")
    if path is None:
        return None
    if isinstance(call.func, ast.Attribute) and call.func.attr == "save_weights":
        return path, WEIGHTS
    callee = module.dotted(call.func) or ""
    moved = today(callee)
    if (moved.path if moved is not None else callee).endswith("keras.callbacks.ModelCheckpoint"):
        only = given.get("save_weights_only")
        return path, WEIGHTS if isinstance(only, ast.Constant) and only.value else MODEL
    return None


def _accepted(ending: str) -> tuple[str, ...]:
    return (WEIGHTS,) if ending == WEIGHTS else (MODEL, ".h5")


def _text(module: Module, path: ast.expr) -> str | None:
    """Return the string that a path is, or that the only assignment to its name gives it."""
    if isinstance(path, ast.Name):
        values = [
            node.value
            for tree in module.trees
            for node in tree.parents
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == path.id for target in node.targets)
        ]
        path = values[0] if len(values) == 1 else path
    return path.value if isinstance(path, ast.Constant) and isinstance(path.value, str) else None


def _warning(module: Module, tree: Tree, path: ast.expr, old: str, ending: str) -> Diagnostic:
    stem = next((old.removesuffix(end) for end in _OLD if old.endswith(end)), old)
    new = f"{stem}{ending}"
    what = "weights" if ending == WEIGHTS else "a model"
    text = f"the path of {what} must end in {ending}"
    edits = tuple(_replaced(module, old, new))
    return warning(Code.OLD_KERAS, text, tree.span(path), f"write {new!r}", edits)


def _replaced(module: Module, old: str, new: str) -> Iterator[Edit]:
    for tree in module.trees:
        for node in tree.parents:
            if isinstance(node, ast.Constant) and node.value == old:
                text = source_text(tree, node)
                if text.count(old) == 1:
                    start = tree.span(node).start + text.index(old)
                    yield Edit(Span(tree.part, start, start + len(old)), new)
