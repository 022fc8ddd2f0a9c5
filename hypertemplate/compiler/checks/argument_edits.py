"""Edits of a call's arguments: their keywords, and their removal with the comma."""

from __future__ import annotations

import ast
import re

from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree

_COMMA = re.compile(r"\s*,\s*")
_LAST_COMMA = re.compile(r"\s*,\s*\Z")


def keyword_edit(tree: Tree, keyword: ast.keyword, name: str) -> Edit:
    """Return the edit that gives an argument another keyword."""
    start = tree.span(keyword).start
    assert keyword.arg is not None
    return Edit(Span(tree.part, start, start + len(keyword.arg)), name)


def removal(tree: Tree, call: ast.Call, keyword: ast.keyword) -> Edit:
    """Return the edit that removes an argument, with the comma before it, or after it behind a comment."""
    span, whole = tree.span(keyword), tree.span(call)
    others = [*map(tree.span, call.args), *map(tree.span, call.keywords)]
    # A value that a comment marks is an argument that stands outside the call.
    ends = [other.end for other in others if other.inside(whole)]
    previous = max((end for end in ends if end <= span.start), default=span.start)
    before = _LAST_COMMA.search(tree.text, previous, span.start)
    if before is not None and "#" not in tree.text[previous : span.start]:
        return Edit(Span(tree.part, before.start(), span.end), "")
    after = _COMMA.match(tree.text, span.end)
    return Edit(Span(tree.part, span.start, after.end() if after else span.end), "")


def source_text(tree: Tree, node: ast.expr) -> str:
    """Return the text of an expression as the user wrote it, markers between angles included."""
    span = tree.span(node)
    return tree.origin.text[span.start : span.end]
