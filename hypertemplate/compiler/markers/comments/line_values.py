"""Values that a comment may mark: those in the code of its line, or of the brackets that close there."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from hypertemplate.compiler.syntax.literals import number
from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.compiler.syntax.source import Span, line_starts, node_span, position
from hypertemplate.compiler.syntax.tokens import brackets

LONGEST = 50
"""Characters of code in a message."""

_ONLY_CLOSED = re.compile(r"[\s)\]},:;]*[)\]}][\s)\]},:;]*")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_FSTRINGS = (ast.JoinedStr, getattr(ast, "TemplateStr", ast.JoinedStr))


class Value(NamedTuple):
    """An expression that a comment may mark, or the braces of a marker.

    Attributes:
        node: the expression.
        span: its place.
        text: its source text on one line.
    """

    node: ast.expr
    span: Span
    text: str


@dataclass(frozen=True, eq=False)
class LineValues:
    """The code that a comment is about.

    Attributes:
        values: expressions in it, in source order.
        ending: expressions that end in it but begin before it.
        braces: markers in braces in it.
        text: its text on one line; empty where there is none.
    """

    values: tuple[Value, ...] = ()
    ending: tuple[Value, ...] = ()
    braces: tuple[Value, ...] = ()
    text: str = ""

    @property
    def shown(self) -> str:
        """Its text as far as a message has room for it."""
        return self.text if len(self.text) <= LONGEST else f"{self.text[: LONGEST - 3]}..."

    @property
    def numbers(self) -> list[Value]:
        """Numbers that are written out, each with its sign."""
        return [one for one in self.values if is_written_number(one.node)]


class Lines:
    """Code of the lines of a text.

    Args:
        part: number of the part.
        text: its text.
        module: its tree.
    """

    def __init__(self, part: int, text: str, module: ast.Module) -> None:
        self._part = part
        self._text = text
        self._nodes: dict[int | None, list[ast.expr]] = {}
        for node in _countable(module):
            self._nodes.setdefault(node.end_lineno, []).append(node)

    def before(self, line: int, comment: int) -> LineValues:
        """Return the code that a comment is about.

        Args:
            line: line of the comment, from 1.
            comment: its offset.
        """
        start = line_starts(self._text)[line - 1]
        written = self._text[start:comment]
        if not written.strip():
            return LineValues()
        begun = self._opening(start, comment) if _ONLY_CLOSED.fullmatch(written) else start
        lines = range(position(self._text, begun).line, line + 1)
        ending = map(self._value, (node for number in lines for node in self._nodes.get(number, ())))
        near = (one for one in ending if one.span.end > start or one.span.start >= begun)
        inside = sorted((one for one in near if one.span.end <= comment), key=lambda one: one.span)
        whole = [one for one in inside if one.span.start >= begun]
        return LineValues(
            tuple(one for one in whole if not is_marker_shaped(one.node)),
            tuple(one for one in inside if one.span.start < begun and not is_marker_shaped(one.node)),
            tuple(one for one in inside if is_marker_shaped(one.node)),
            " ".join(self._text[begun:comment].split()),
        )

    def _value(self, node: ast.expr) -> Value:
        span = node_span(self._part, self._text, node)
        return Value(node, span, " ".join(self._text[span.start : span.end].split()))

    @functools.cached_property
    def _brackets(self) -> list[tuple[str, int]]:
        return [*brackets(self._text)]

    def _opening(self, start: int, comment: int) -> int:
        """Return the offset of the bracket that the last one before a comment closes."""
        opened: list[int] = []
        found = start
        for bracket, offset in self._brackets:
            if offset >= comment:
                break
            if bracket not in _PAIRS:
                opened.append(offset)
            else:
                found = opened.pop()
        return found


def outermost(values: Iterable[Value]) -> list[Value]:
    """Return the values that are inside no other one."""
    every = [*values]
    return [one for one in every if not any(one is not b and one.span.inside(b.span) for b in every)]


def is_written_number(node: ast.expr) -> bool:
    """Return True for a number that is written out, perhaps with a sign: a signed number is one literal."""
    match node:
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            return is_written_number(inner)
        case ast.Constant():
            return number(node) is not None
    return False


def _countable(module: ast.Module) -> Iterator[ast.expr]:
    """Yield the expressions that may be marked, in no particular order, and all markers in braces.

    What is in f-strings, subscripts, patterns, annotations and markers never counts, and no number within
    its sign.
    """
    worklist: list[ast.AST] = [module]
    while worklist:
        node = worklist.pop()
        if isinstance(node, (*_FSTRINGS, ast.pattern)):
            continue
        if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            yield node
            if is_written_number(node) or is_marker_shaped(node):
                continue
        worklist += _inside(node)


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below a node in which values may be marked."""
    left_out: list[ast.AST | None] = []
    match node:
        case ast.Subscript(slice=index):
            left_out = [index]
        case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.expr() as annotation):
            left_out = [annotation]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            left_out = [node.returns, *getattr(node, "type_params", ())]
        case ast.Expr(value=ast.Constant() as text):
            left_out = [text]
    return (child for child in ast.iter_child_nodes(node) if child not in left_out)
