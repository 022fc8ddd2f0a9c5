"""Comments that overrule the partition: ``# hypertemplate: setup``, ``trial`` or ``skip``."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from hypertemplate.compiler.codes import Code
from hypertemplate.compiler.diagnostics import Diagnostic, error
from hypertemplate.compiler.markers import Marker
from hypertemplate.compiler.module import Module, TopLevel
from hypertemplate.compiler.parsing import Tree
from hypertemplate.compiler.source import Position, Span, offset_at, position

WORDS = ("setup", "trial", "skip")
"""Run once in each worker; run in each trial; do not run."""

_COMMENT = re.compile(r"#\s*hypertemplate\s*:\s*(.*?)\s*$")


def overrules(module: Module, markers: tuple[Marker, ...]) -> tuple[dict[int, str], list[Diagnostic]]:
    """The word of each statement that has such a comment at the end of its first line, by its number.

    Of a decorated definition the line of the ``def`` or ``class`` counts too. Of several statements on one
    line the comment means all.
    """
    words: dict[int, str] = {}
    found: list[Diagnostic] = []
    for tree in module.trees:
        unused = {line: (word, span) for line, word, span in _comments(tree)}
        comments = dict(unused)
        for statement in module.statements if comments else ():
            for line in _first_lines(statement) if statement.tree is tree else ():
                if line in comments:
                    word, span = comments[line]
                    unused.pop(line, None)
                    words[statement.number] = word
                    found += _refused(statement, word, span, markers)
        for _, span in unused.values():
            text = "no top-level statement begins on the line of this comment"
            help = "put it at the end of a top-level statement's first line"
            found.append(error(Code.OVERRULED, text, span, help))
    return words, found


def _first_lines(statement: TopLevel) -> set[int]:
    return {statement.node.lineno, position(statement.tree.text, statement.span.start).line}


def _refused(statement: TopLevel, word: str, span: Span, markers: tuple[Marker, ...]) -> Iterator[Diagnostic]:
    """What is wrong with a comment at a statement."""
    if word not in WORDS:
        text = f"a statement is setup, trial or skip, got {word or 'nothing'}"
        yield error(Code.OVERRULED, text, span, "write # hypertemplate: trial")
    elif word == "setup" and any(marker.span.inside(statement.span) for marker in markers):
        text = "this statement holds a marker, so it cannot run once for all trials"
        yield error(Code.OVERRULED, text, span, "take the comment away")


def _comments(tree: Tree) -> Iterator[tuple[int, str, Span]]:
    """Line, word and place of each such comment."""
    if "hypertemplate" not in tree.text:
        return  # most templates; there is no need to read their tokens
    # On Python 3.11 `tokenize` does not end a line at a lone \r, while `ast` does.
    plain = re.sub(r"\r(?!\n)", "\n", tree.text)
    for token in tokenize.generate_tokens(io.StringIO(plain, newline="").readline):
        match = _COMMENT.match(token.string) if token.type == tokenize.COMMENT else None
        if match is not None:
            line, column = token.start
            start = offset_at(tree.text, Position(line, column + 1))
            yield line, match[1], Span(tree.part, start, start + len(token.string))
