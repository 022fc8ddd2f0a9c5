"""Imports of this package, of Hyperas and of hyperopt that nothing uses without markers and a search."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeGuard

from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.hyperas_imports import PACKAGES, bound_by_star
from hypertemplate.compiler.syntax.nodes import last_name, literal_text
from hypertemplate.compiler.syntax.tree import Tree
from hypertemplate.compiler.tuned_source.removed_code import bound_by, removals, without_names

_OF_SEARCHES = PACKAGES | {"hyperopt"}


def idle_imports(trees: Sequence[Tree], edits: Iterable[Edit]) -> Iterator[Edit]:
    """Yield the edits that remove imports which nothing uses once other edits are made.

    Args:
        trees: all parts that share their names.
        edits: other edits of these parts.
    """
    made: dict[int, list[Edit]] = {}
    for edit in edits:
        made.setdefault(edit.span.part, []).append(edit)
    used = {name for tree in trees for name in _used(tree, made.get(tree.part, ()))}
    for tree in trees:
        own = [one for one in _imports(tree) if not _is_edited(tree, one, made.get(tree.part, ()))]
        gone = {one: _idle(one, used) for one in own}
        whole = {one for one, names in gone.items() if len(names) == len(one.names)}
        yield from removals(tree, whole)
        for one, names in gone.items():
            if one not in whole and names:
                yield from without_names(tree, one, names)


def _imports(tree: Tree) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in ast.walk(tree.module) if isinstance(node, (ast.Import, ast.ImportFrom)))


def _idle(statement: ast.Import | ast.ImportFrom, used: set[str]) -> set[str]:
    """Return the names of a search that an import binds and nothing uses; ``*`` for all of a star import."""
    if isinstance(statement, ast.ImportFrom):
        if statement.level or (statement.module or "").partition(".")[0] not in _OF_SEARCHES:
            return set()
        if starred := bound_by_star(statement):
            return set() if starred & used else {"*"}
        return {name for one in statement.names if (name := bound_by(one)) not in used and name != "*"}
    return {
        bound_by(one)
        for one in statement.names
        if one.name.partition(".")[0] in _OF_SEARCHES and bound_by(one) not in used
    }


def _used(tree: Tree, edits: Sequence[Edit]) -> Iterator[str]:
    """Yield the names that code reads once edits are made."""
    for node in ast.walk(tree.module):
        if _is_read(node) and not any(tree.span(node).inside(edit.span) for edit in edits):
            yield node.id
        elif isinstance(node, ast.Assign) and [last_name(one) for one in node.targets] == ["__all__"]:
            yield from map(literal_text, getattr(node.value, "elts", ()))
    for edit in edits:
        yield from _names_in(edit.text)


def _names_in(text: str) -> Iterator[str]:
    """Yield the names in the text of an edit: an expression, or statements."""
    try:
        tree = ast.parse(f"({text}\n)")
    except SyntaxError:
        tree = ast.parse("\n".join(line.strip() for line in text.splitlines()))
    yield from (node.id for node in ast.walk(tree) if _is_read(node))


def _is_read(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)


def _is_edited(tree: Tree, statement: ast.stmt, edits: Sequence[Edit]) -> bool:
    span = tree.span(statement)
    return any(span.inside(edit.span) or edit.span.inside(span) for edit in edits)
