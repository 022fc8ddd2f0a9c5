"""Removal of statements from a text whose lines keep their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.source import NEWLINE, line_starts, position
from hypertemplate.compiler.syntax.tree import Tree
from hypertemplate.frontend.live.definitions import Definition, dedented
from hypertemplate.frontend.notebook.logical_lines import blanked, joined

_COMMENT = re.compile(r"\A[ \t]*#[^\r\n]*")


def without(text: str, statement: TopLevel) -> str:
    """Return a part's text without one of its statements."""
    start, end = statement.span.start, statement.span.end
    line = line_starts(text)[position(text, start).line - 1]
    # Text on the other side of a semicolon needs a statement here.
    shared = ";" in text[line:start] or text[end:].lstrip(" \t")[:1] == ";"
    after = text[end:] if shared else _without_comment(text[end:])
    return text[:start] + ("pass" if shared else "") + blanked(text[start:end]) + after


def with_inner(text: str, tree: Tree, statement: TopLevel, inner: Iterable[Definition]) -> str:
    """Replace a statement with definitions inside it, as if they were at the top level."""
    start, end = statement.span.start, statement.span.end
    kept: dict[int, str] = {}
    for node in inner:
        kept |= dedented(tree, text, node)
    first = position(text, start).line - 1
    ends = NEWLINE.findall(text[start:end])
    lines = [kept.get(first + number, "") for number in range(len(ends) + 1)]
    pieces = [piece for pair in zip(lines, ends, strict=False) for piece in pair]
    return text[:start] + joined([*pieces, lines[-1]]) + _without_comment(text[end:])


def _without_comment(text: str) -> str:
    """Remove a comment at the beginning of a text: it is about the statement before it, which is gone."""
    return _COMMENT.sub("", text, count=1)
