"""Markers in braces in a comment, which Hyperas's users keep beside a value that is to stay as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.syntax.source import Span, line_starts
from hypertemplate.compiler.syntax.tokens import Comment, comments
from hypertemplate.compiler.syntax.tree import Tree

_CALL = rf"[ \t]*((?:\w+\.)*(?:{'|'.join(SIGNATURES)})[ \t]*\([^\r\n]*?\))[ \t]*"
_FROZEN = re.compile(rf"#[ \t]*(?:\{{\{{{_CALL}\}}\}}|<<{_CALL}>>)")
_LITERAL = re.compile(r"(?<!\w)\d|[\"']|\b(?:True|False|None)\b")


def frozen_marker(trees: Iterable[Tree]) -> Diagnostic | None:
    """Return a warning for the first marker in braces in a comment after a value: it is not searched."""
    for tree in trees:
        for comment in comments(tree.text) if _FROZEN.search(tree.text) else ():
            match = _FROZEN.match(comment.text)
            if match is not None and _is_after_value(tree, comment):
                call = match[1] or match[2]
                place = Span(tree.part, comment.start, comment.start + match.end())
                text = "a marker in braces in a comment is not searched"
                return warning(Code.FROZEN_MARKER, text, place, f"to search the value write # tune: {call}")
    return None


def _is_after_value(tree: Tree, comment: Comment) -> bool:
    """Tell whether code with a literal, and without a marker, stands on the line of a comment."""
    line = tree.text[line_starts(tree.text)[comment.line - 1] : comment.start]
    return _LITERAL.search(line) is not None and "{{" not in line
