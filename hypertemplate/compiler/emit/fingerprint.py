"""Digest of a template: equal if only comments, quotes and layout differ."""

from __future__ import annotations

import ast
import copy
import hashlib
import io
import keyword
import math
import tokenize
from collections.abc import Iterable

from hypertemplate.compiler.markers.call_text import spelled
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.literals import known_value
from hypertemplate.compiler.syntax.source import NEWLINE, Span
from hypertemplate.compiler.syntax.tree import Tree, parse

_LAYOUT = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER})
"""Tokens without a meaning."""

_LINES = {tokenize.NEWLINE: "end of line", tokenize.INDENT: "indent", tokenize.DEDENT: "dedent"}
"""Tokens of which only the kind has a meaning; no token's text looks like these."""

_IN_PIECES = {getattr(tokenize, f"FSTRING_{end}", -1): step for end, step in (("START", 1), ("END", -1))}
"""Tokens that enclose a formatted string, which from Python 3.12 on is many tokens, joined again here."""

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_KEYWORDS = frozenset({*keyword.kwlist, *keyword.softkwlist})


def digest(texts: Iterable[str], names: Iterable[str]) -> str:
    """Return the SHA-256, in hexadecimal, of the kept statements and the names of the selected functions.

    Args:
        texts: the user's text of each kept statement, markers as written.
        names: names of the model and data functions.
    """
    state = hashlib.sha256()
    for text in (*texts, *names):
        for token in tokens(text):
            state.update(token.encode("utf-8", "surrogatepass") + b"\0")
        state.update(b"\0")
    return state.hexdigest()


def tokens(text: str) -> list[str]:
    r"""Split a statement into tokens that do not depend on its layout.

    Line breaks and spaces between tokens, comments and a last comma that changes nothing do not count. A
    plain string is its value, a formatted one its text.

    >>> tokens('f(1,  # one\n  "x",\n)')
    ['f', '(', '1', ',', "'x'", ')', 'end of line']
    """
    text = NEWLINE.sub("\n", text)
    lines = text.split("\n")
    found: list[str] = []
    commas = _Commas()
    depth = 0
    end = (1, 0)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        inside = depth > 0
        depth += _IN_PIECES.get(token.type, 0)
        if token.type in _LAYOUT and not inside:
            continue
        said = _LINES.get(token.type) or _between(lines, end if inside else token.start, token.end)
        end = token.end
        said = f"{found.pop() if inside else ''}{said}"
        if said in _CLOSING and commas.last_is_idle(found):
            del found[-1]
        value = known_value(said) if token.type == tokenize.STRING else ()
        found.append(ascii(value[0]) if value else said)
        commas.take(found)
    return found


class _Commas:
    """Open brackets, and whether a comma before their end is redundant.

    A comma is significant after the only item in parentheses, or the only index: it makes a tuple.
    """

    def __init__(self) -> None:
        self._counts: list[float] = []  # for each bracket; plus one if even the first comma is redundant

    def take(self, found: list[str]) -> None:
        """Record another token."""
        said, before = found[-1], found[-2] if len(found) > 1 else ""
        if said in _OPENING:
            follows = before in _CLOSING or (before.isidentifier() and before not in _KEYWORDS)
            self._counts.append(said == "{" or follows == (said == "("))
        elif said in _CLOSING:
            self._counts.pop()
        elif said in ("lambda", ",") and self._counts:
            # The commas of a lambda are not those of the bracket: keep them all.
            self._counts[-1] += 1 if said == "," else -math.inf

    def last_is_idle(self, found: list[str]) -> bool:
        """Return True if the last token is a comma that the closing bracket after it makes redundant."""
        return found[-1] == "," and self._counts[-1] > 1


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the text between two places; a place is a line from 1 and a column from 0."""
    (first, left), (last, right) = start, end
    if first == last:
        return lines[first - 1][left:right]
    return "\n".join([lines[first - 1][left:], *lines[first : last - 1], lines[last - 1][:right]])


def enclosing_statements(program: Program) -> dict[str, str]:
    """Map each label to its marker's innermost statement; of a compound one (``def``), only the head."""
    trees = {tree.part: tree for tree in parse(program.source)[0]}
    return {p.label: _innermost(trees[p.marker.part], p.marker) for p in program.space.parameters}


def _innermost(tree: Tree, marker: Span) -> str:
    place = _marked(tree, marker)
    around = [
        node for node in ast.walk(tree.module) if isinstance(node, ast.stmt) and place.inside(tree.span(node))
    ]
    # The walk goes from the outside in, so the last node is the innermost.
    head = copy.copy(around[-1])
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        if getattr(head, name, None):
            setattr(head, name, [ast.Pass()] if name == "body" else [])
    return spelled(head)


def _marked(tree: Tree, marker: Span) -> Span:
    """Return the place of a marker; of a distribution in a comment, that of the value before the comment."""
    for node, comment in tree.comments.places.items():
        if marker.inside(comment):
            return tree.span(node)
    return marker
