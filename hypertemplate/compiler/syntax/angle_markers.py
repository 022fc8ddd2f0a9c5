"""Second spelling of a marker, ``<<...>>``, converted to the first before anything is parsed.

``<<`` in place of an operand is never legal Python, so a matched pair can only be a marker. It becomes ``{{``
and ``}}``, which have the same length: every place stays the same, and every later stage sees one spelling.
Strings, comments and real shifts are left alone.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.syntax.source import Position, offset_at

_OPERANDS = frozenset({"None", "True", "False"})
"""Keywords that are operands themselves; after any other keyword an operand must follow."""

_SILENT = frozenset({tokenize.COMMENT, tokenize.NL})
"""Tokens that do not affect the scan."""

_INDENTATION = re.compile(r"^[ \t\f]*", re.MULTILINE)

_CALL = re.compile(rf"<<\s*(?:\w+\.)*(?:{'|'.join(SIGNATURES)})\s*[(\[]")

_F_PREFIX = re.compile("[rR]?[fF]")

_STRING_START = getattr(tokenize, "FSTRING_START", -1)
_STRING_END = getattr(tokenize, "FSTRING_END", -1)


def braces(text: str, *, after_match: bool = False) -> str:
    """Return `text` with every matched ``<<...>>`` as ``{{...}}``; the length stays the same.

    Args:
        text: text of a part; it need not parse.
        after_match: whether ``<<`` after ``match`` at the start of a statement opens a marker; if not, it
            shifts a variable of that name.

    >>> braces("x = <<choice([1 << 4, 2])>> << 1")
    'x = {{choice([1 << 4, 2])}} << 1'
    """
    pieces = list(text)
    for opening, closing in _scan(text, after_match).pairs:
        pieces[opening : opening + 2] = "{{"
        pieces[closing : closing + 2] = "}}"
    return "".join(pieces)


def unclosed(text: str) -> int | None:
    """Return the offset of the first ``<<`` that opens a marker and has no ``>>``, or None."""
    left = (offset for offset in _scan(text, False).left if _CALL.match(text, offset))
    return min(left, default=None)


def in_fstring(text: str) -> tuple[int, int] | None:
    """Return the start and end of the first f-string that contains a marker of this spelling, or None."""
    for start, end in _scan(text, False).fstrings:
        if _CALL.search(text, start, end):
            return start, end
    return None


def _scan(text: str, after_match: bool) -> _Scan:
    scan = _Scan(after_match)
    if "<<" in text:
        for kind, string, offset, end in _tokens(text):
            scan.take(kind, string, offset, end)
        scan.left += [offset for offset, _ in scan.opened]
    return scan


@dataclass
class _Scan:
    """Scanner that reads tokens one by one and pairs the ends of markers.

    Attributes:
        after_match: as in `braces`.
        pairs: offsets of matched ``<<`` and ``>>``.
        left: offsets of ``<<`` without a matching ``>>``.
        fstrings: start and end of each f-string.
        opened: offset of each open ``<<``, and the number of brackets open there.
    """

    after_match: bool
    pairs: list[tuple[int, int]] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    fstrings: list[tuple[int, int]] = field(default_factory=list)
    opened: list[tuple[int, int]] = field(default_factory=list)
    _depth: int = 0
    _started: list[int] = field(default_factory=list)
    _operand: bool = False
    _statement: bool = True
    _shift: int | None = None

    def take(self, kind: int, string: str, offset: int, end: int) -> None:
        """Read the next token, which extends from `offset` to `end`."""
        if kind in _SILENT:
            return
        if kind == tokenize.STRING and _F_PREFIX.match(string):
            self.fstrings.append((offset, end))
        if kind == _STRING_START:
            self._started.append(offset)
        if kind == _STRING_END:
            self.fstrings.append((self._started.pop(), end))
        if self._started:
            return
        if kind == tokenize.OP:
            self._operator(string, offset)
            self._statement = string in (";", ":") and not self._depth
            return
        self._shift = None
        if kind == tokenize.NEWLINE:
            self._operand, self._statement = False, True
            return
        matches = self.after_match and self._statement and string == "match"
        self._operand = not matches and (not keyword.iskeyword(string) or string in _OPERANDS)
        self._statement = False

    def _operator(self, string: str, offset: int) -> None:
        shift, self._shift = self._shift, None
        if string.startswith(">>") and self.opened and self.opened[-1][1] == self._depth:
            self.pairs.append((self.opened.pop()[0], offset))
            self._operand = True
            if string[2:]:
                self._operator(string[2:], offset + 2)
        elif string == "<<" and not self._operand:
            self.opened.append((offset, self._depth))
        elif string == "<" and shift == offset - 2:
            # `x<<<c()>>` has the tokens `<<` and `<`, and means `<` and an opener.
            self.opened.append((offset - 1, self._depth))
            self._operand = False
        else:
            self._depth += (string in ("(", "[", "{")) - (string in (")", "]", "}"))
            while self.opened and self.opened[-1][1] > self._depth:
                self.left.append(self.opened.pop()[0])
            self._shift = offset if string == "<<" else None
            self._operand = string in (")", "]", "}", "...")


def _tokens(text: str) -> Iterator[tuple[int, str, int, int]]:
    """Yield the type, text, start and end of each token, up to the first invalid one."""
    # On Python 3.11 `tokenize` does not end a line at a lone \r, while `ast` does.
    plain = re.sub(r"\r(?!\n)", "\n", text)
    # Lines in a marker may have any indentation, which `tokenize` rejects inside `<<`.
    indented = [len(match.group()) for match in _INDENTATION.finditer(plain)]

    def offset(place: tuple[int, int]) -> int:
        line, column = place
        return offset_at(text, Position(line, indented[line - 1] + column + 1))

    lines = io.StringIO(_INDENTATION.sub("", plain), newline="")
    try:
        for token in tokenize.generate_tokens(lines.readline):
            if token.string:
                yield token.type, token.string, offset(token.start), offset(token.end)
    except (tokenize.TokenError, SyntaxError):
        return
