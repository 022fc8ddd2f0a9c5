"""Brackets and comments of a text, of which its syntax tree does not tell."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

from hypertemplate.compiler.syntax.source import Position, offset_at

_LONE_RETURN = re.compile(r"\r(?!\n)")


class Comment(NamedTuple):
    """A comment.

    Attributes:
        line: its line, from 1.
        start: offset of its ``#``.
        text: its text, from the ``#`` to the end of the line.
    """

    line: int
    start: int
    text: str


def comments(text: str) -> Iterator[Comment]:
    """Yield the comments of a text that parses."""
    for token in _tokens(text):
        if token.type == tokenize.COMMENT:
            yield Comment(token.start[0], _offset(text, token.start), token.string)


def ends_of_lines(text: str) -> Iterator[int]:
    """Yield the lines of a text that parses, from 1, behind whose code a comment may stand.

    Behind those that a backslash or a text in quotes continues none may.
    """
    for token in _tokens(text):
        if token.type in (tokenize.NEWLINE, tokenize.NL):
            yield token.start[0]


def brackets(text: str) -> Iterator[tuple[str, int]]:
    """Yield each bracket of a text that need not parse, with its offset; skip strings and comments."""
    try:
        # A null character is a SystemError for the tokenizer of Python 3.12.
        for token in _tokens(text.replace("\0", " ")):
            if token.type == tokenize.ERRORTOKEN and token.string in "'\"":
                return  # a string that is never closed; Python 3.12 and later raise here
            if token.type == tokenize.OP and token.string in "()[]{}":
                yield token.string, _offset(text, token.start)
    except (tokenize.TokenError, SyntaxError):
        return


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    # On Python 3.11 `tokenize` does not end a line at a lone \r, while `ast` does.
    plain = _LONE_RETURN.sub("\n", text)
    return tokenize.generate_tokens(io.StringIO(plain, newline="").readline)


def _offset(text: str, place: tuple[int, int]) -> int:
    line, column = place
    return offset_at(text, Position(line, column + 1))
