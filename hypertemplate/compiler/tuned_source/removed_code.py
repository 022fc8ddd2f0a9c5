"""Removal of statements and of imported names, with their lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.source import Span, line_starts, position
from hypertemplate.compiler.syntax.tree import Tree

_REST = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(\r\n|\r|\n|\Z)")
"""Rest of a line behind a statement that is the last one of it."""

_LINE = re.compile(r"[^\r\n]*")

_BLANK = re.compile(r"(?:\A|(?<=[\r\n]))[ \t\f]*(?:\r\n|\r|\n)\Z")


def removals(tree: Tree, statements: Collection[ast.stmt]) -> Iterator[Edit]:
    """Yield the edits that remove statements; ``pass`` takes the place of all that a block has."""
    for block in blocks(tree.module):
        gone = [one for one in block if one in statements]
        if len(gone) == len(block) and block is not tree.module.body:
            yield Edit(tree.span(gone[0]), "pass")
            gone = gone[1:]
        yield from (_removal(tree, one) for one in gone)


def blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements in a node, the outer ones first."""
    for inner in ast.walk(node):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(inner, name, None)
            if isinstance(block, list) and block:
                yield block


def _removal(tree: Tree, statement: ast.stmt) -> Edit:
    """Return the edit that removes a statement, with its lines if nothing else is on them."""
    span, text = tree.span(statement), tree.text
    start = line_starts(text)[position(text, span.start).line - 1]
    rest = _REST.match(text, span.end)
    if rest is None or not (text[start : span.start].isspace() or start == span.start):
        return Edit(span, "pass")  # beside others on its line
    end = rest.end()
    before = _BLANK.search(text, 0, start)
    follows = _REST.match(text, end)
    # A blank line of a cell may be that of a magic.
    if (
        before is not None
        and not tree.origin.original
        and (end == len(text) or (follows is not None and "#" not in follows[0]))
    ):
        start = before.start()  # one of the two blank lines around it
    return Edit(Span(tree.part, start, end), "")


def comment_removal(tree: Tree, comment: Span) -> Edit:
    """Return the edit that removes a part of a comment; other text of it stays, behind a ``#`` of its own.

    Args:
        tree: part with the comment.
        comment: place of the part, from its ``#``.
    """
    rest = _LINE.match(tree.text, comment.end)
    assert rest is not None
    if rest[0].strip():
        return Edit(Span(tree.part, comment.start, comment.end + len(rest[0]) - len(rest[0].lstrip())), "")
    before = tree.text[: comment.start]
    return Edit(Span(tree.part, len(before.rstrip(" \t\f")), rest.end()), "")


def without_names(
    tree: Tree, statement: ast.Import | ast.ImportFrom, gone: Collection[str]
) -> Iterator[Edit]:
    """Yield the edits that remove some of the names that an import binds, not all.

    Args:
        tree: part with the import.
        statement: the import.
        gone: names that it binds.
    """
    runs = _runs([bound_by(one) in gone for one in statement.names])
    spans = [tree.span(one) for one in statement.names]
    for first, last in runs:
        if last + 1 < len(spans):
            yield Edit(Span(tree.part, spans[first].start, spans[last + 1].start), "")
        else:
            yield Edit(Span(tree.part, spans[first - 1].end, spans[last].end), "")


def bound_by(alias: ast.alias) -> str:
    """Return the name that an import binds."""
    return alias.asname or alias.name.partition(".")[0]


def _runs(flags: Sequence[bool]) -> Iterable[tuple[int, int]]:
    """Yield the first and last places of runs of true flags."""
    begun = None
    for place, flag in enumerate((*flags, False)):
        if flag and begun is None:
            begun = place
        elif not flag and begun is not None:
            yield begun, place - 1
            begun = None
