"""Warnings for imports of paths that Keras 3 and other libraries removed, each with today's import.

The libraries are not needed: the paths are in the tables beside this file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.compiler.checks.moved_names import keras_import_table, library_moves_table
from hypertemplate.compiler.checks.moved_names.keras_import_table import PACKAGES
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree

_MODULES = {**keras_import_table.MODULES, **library_moves_table.MODULES}
_NAMES = {**keras_import_table.NAMES, **library_moves_table.NAMES}
_GONE = {**keras_import_table.GONE, **library_moves_table.GONE}

_CATCHES = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})

_INSTALL = {"scikeras": "pip install scikeras"}


@dataclass(frozen=True, slots=True)
class Today:
    """Replacement of a removed path.

    Attributes:
        path: today's path; empty if there is no replacement.
        advice: advice if there is no replacement, else empty.
    """

    path: str = ""
    advice: str = ""


def today(path: str, *, module: bool = False) -> Today | None:
    """Return the replacement of an import path; None if the path was not removed.

    Args:
        path: a dotted path: of a name in ``from ... import``, or of a module.
        module: whether it must be a module: ``keras.optimizers.adam`` has been both a module and a name.

    >>> today("keras.layers.core.Dense").path
    'keras.layers.Dense'
    """
    found = None
    # A replacement may have been removed too: layers.local.LocallyConnected1D moved to layers first.
    while (step := _step(path, module)) is not None:
        found = step
        path = step.path
    return found


def _step(path: str, module: bool) -> Today | None:
    if not module and path in _NAMES:
        return Today(_NAMES[path])
    if not module and path in _GONE:
        return Today(advice=_GONE[path])
    head, rest = path, ""
    while head:
        if head in _MODULES:
            name = rest.rpartition(".")[2] if not module else ""
            return Today(_joined(_MODULES[head], name))
        if head in PACKAGES:
            return Today(_joined(PACKAGES[head], rest))
        if head in _GONE:
            return Today(advice=_GONE[head])
        head, _, last = head.rpartition(".")
        rest = _joined(last, rest)
    return None


def _joined(path: str, rest: str) -> str:
    return f"{path}.{rest}" if rest else path


def moved_imports(module: Module) -> Iterator[Diagnostic]:
    """Warn about imports, also in functions, of paths that their library removed.

    An import in a ``try`` that catches ImportError, or in its handler, is ignored.
    """
    for tree in module.trees:
        for node in ast.walk(tree.module):
            if isinstance(node, ast.Import) and not is_tried(tree, node):
                yield from _plain(tree, node)
            elif isinstance(node, ast.ImportFrom) and not node.level and not is_tried(tree, node):
                yield from _from(tree, node)


def _plain(tree: Tree, node: ast.Import) -> Iterator[Diagnostic]:
    for alias in node.names:
        moved = today(alias.name, module=True)
        if moved is None:
            continue
        new = moved.path
        rest = f" as {alias.asname}" if alias.asname else f", and write {new} for {alias.name}"
        help = moved.advice or _installed(f"import {new}{rest}", new)
        edits = () if moved.advice else (Edit(_name_span(tree, alias), new),)
        yield _removed(alias.name, tree.span(alias), help, edits)


def _from(tree: Tree, node: ast.ImportFrom) -> Iterator[Diagnostic]:
    """Warn once about a removed module, or about each removed name if the module still exists."""
    origin = node.module or ""
    whole = today(origin, module=True) is not None
    imports: dict[str, list[str]] = {}
    edits = _import_edits(tree, node)
    for alias in node.names:
        path = origin if alias.name == "*" else f"{origin}.{alias.name}"
        moved = today(path, module=alias.name == "*")
        if moved is None:
            continue
        if moved.advice:
            yield _removed(path, tree.span(alias), moved.advice)
            continue
        head, written = _imported(moved.path, alias)
        if whole:
            imports.setdefault(head, []).append(written)
        else:
            yield _removed(path, tree.span(alias), _import_text(head, [written]), edits)
    if imports:
        help = "; ".join(_import_text(head, names) for head, names in imports.items())
        yield _removed(origin, _origin_span(tree, node), help, edits)


def _import_edits(tree: Tree, node: ast.ImportFrom) -> tuple[Edit, ...]:
    """Return the edits that make an import today's; none where one of its names has no replacement.

    Where all its names have one new module and are called as before, the module's name alone is edited.
    """
    origin = node.module or ""
    imports: dict[str, list[str]] = {}
    for alias in node.names:
        path = origin if alias.name == "*" else f"{origin}.{alias.name}"
        moved = today(path, module=alias.name == "*") or Today(path)
        if moved.advice or (moved.path.split(".")[0] in _INSTALL):
            return ()
        head, written = _imported(moved.path, alias)
        imports.setdefault(head, []).append(written)
    (first, *_) = imports
    if len(imports) == 1 and first and all(map(_kept_name, node.names, imports[first])):
        place = _origin_span(tree, node)
        return (Edit(place, first),) if place != tree.span(node) else ()
    text = "; ".join(_import_text(head, names) for head, names in imports.items())
    span = tree.span(node)
    return () if "#" in tree.text[span.start : span.end] else (Edit(span, text),)


def _kept_name(alias: ast.alias, written: str) -> bool:
    return written == (f"{alias.name} as {alias.asname}" if alias.asname else alias.name)


def _name_span(tree: Tree, alias: ast.alias) -> Span:
    """Return the span of an imported path without what it is bound as."""
    start = tree.span(alias).start
    return Span(tree.part, start, start + len(alias.name))


def _imported(path: str, alias: ast.alias) -> tuple[str, str]:
    """Return the module to import from, and the text of an alias that binds the same name."""
    if alias.name == "*":
        return path, "*"
    head, _, name = path.rpartition(".")
    bound = alias.asname or alias.name
    return head, name if name == bound else f"{name} as {bound}"


def _import_text(head: str, names: list[str]) -> str:
    text = f"import {', '.join(names)}"
    return _installed(f"from {head} {text}", head) if head else text


def _installed(text: str, path: str) -> str:
    """Add a comment to an import that says how to install a package outside Keras."""
    command = _INSTALL.get(path.split(".")[0])
    return f"{text}  # {command}" if command else text


def owner(path: str) -> str:
    """Return the name of the package that no longer has a path."""
    if path.startswith(("keras.", "tensorflow.keras.")):
        return "Keras 3"
    return library_moves_table.OWNERS[path.split(".")[0]]


def _removed(path: str, span: Span, help: str, edits: tuple[Edit, ...] = ()) -> Diagnostic:
    return warning(Code.MOVED_IMPORT, f"{owner(path)} has no {path}", span, help, edits)


def _origin_span(tree: Tree, node: ast.ImportFrom) -> Span:
    """Return the span of the module's name, which `ast` does not provide; else that of the statement."""
    whole = tree.span(node)
    name = r"[\s\\]*\.[\s\\]*".join((node.module or "").split("."))
    found = re.compile(rf"from[\s\\]+({name})").match(tree.text, whole.start)
    # Python normalises names, so the text may use other characters.
    return Span(tree.part, *found.span(1)) if found else whole


def is_tried(tree: Tree, node: ast.stmt) -> bool:
    """Return True for an import in a ``try`` that catches ImportError, or in such a handler."""
    for child, parent in tree.ancestors(node):
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(parent, ast.Try) and child in parent.body and any(map(_catches, parent.handlers)):
            return True
        if isinstance(parent, ast.ExceptHandler) and _catches(parent):
            return True
    return False


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in _CATCHES for node in ast.walk(handler.type))
