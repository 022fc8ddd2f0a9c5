"""Replacement of markers by expressions, in place; the rest of the text and all lines stay the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.markers.draw_call import DrawCall, OptionCall
from hypertemplate.compiler.markers.indices import index_expressions
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.literals import is_constant
from hypertemplate.compiler.syntax.nodes import outside_definitions, own_nodes
from hypertemplate.compiler.syntax.scopes import FunctionNode
from hypertemplate.compiler.syntax.source import Span, newlines
from hypertemplate.compiler.syntax.tree import Tree

Edit = tuple[Span, str]

_BARE = (ast.Constant, ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict, ast.Set)
"""Nodes that need no parentheses of their own in a conditional expression."""


def expression(tree: Tree, marker: Marker, draw: DrawCall, labels: dict[DrawCall, str]) -> str:
    """Return the replacement of a marker: an expression in parentheses, with as many lines as the marker.

    - a number: ``(_ht_['rate'])``
    - options that are all constants: ``((64, 128)[_ht_['units']])``
    - other options: ``(Dropout(r) if _ht_['x'] == 0 else Activation('linear'))``, so that only the chosen one
      is evaluated, in its place and each time that it is reached
    - a list that is not written out: ``(_ht_.option('x', SIZES))``
    - one draw for each iteration: ``(_ht_[_ht_.at('units', i)])``

    A marker in a comment replaces its value.
    """
    writer = _Writer(tree, labels, marker)
    writer.draw(draw)
    writer.end(marker.span)
    # The closing parenthesis comes after the last line break, where the marker's brace was.
    return "(" + "".join(writer.pieces) + ")"


class _Writer:
    """Writer of pieces in source order, which keeps the line breaks between them in their places."""

    def __init__(self, tree: Tree, labels: dict[DrawCall, str], marker: Marker) -> None:
        self.tree = tree
        self.labels = labels
        self.is_comment = marker.comment is not None  # its call is on one line, after the value
        self.at = marker.span.start
        self.pieces: list[str] = []
        # On one line: all of the marker's own line breaks are written at its options and its end.
        indices = index_expressions(marker.subscript) if marker.subscript is not None else []
        self.indices = "".join(f", {tree.one_line(index)}" for index in indices)

    def label(self, draw: DrawCall) -> str:
        """Return the expression of a draw's label; in a subscripted marker it depends on the index."""
        label = repr(self.labels[draw])
        return f"_ht_.at({label}{self.indices})" if self.indices else label

    def skip_to(self, offset: int) -> None:
        """Skip the text up to `offset`, except its line breaks."""
        if not self.is_comment:
            self.pieces.append(newlines(self.tree.text[self.at : offset]))
        self.at = offset

    def end(self, span: Span) -> None:
        """Write the line breaks that the marker still has."""
        start = span.start if self.is_comment else self.at
        self.pieces.append(newlines(self.tree.text[start : span.end]))

    def copy(self, node: ast.expr, inner: tuple[DrawCall, ...] = ()) -> None:
        """Copy the text of a node as the user wrote it, with the distributions inside it replaced."""
        span = self.tree.span(node)
        self.skip_to(span.start)
        for draw in inner:
            call = self.tree.span(draw.call)
            self.pieces.append(self.tree.text[self.at : call.start])
            self.at = call.start
            self.pieces.append("(")
            self.draw(draw)
            self.skip_to(call.end)
            self.pieces.append(")")
        self.pieces.append(self.tree.text[self.at : span.end])
        self.at = span.end

    def draw(self, draw: DrawCall) -> None:
        """Write the expression of a draw, without parentheses around it."""
        value = f"_ht_[{self.label(draw)}]"
        if draw.listing is not None:
            method = "weighted" if draw.distribution == "pchoice" else "option"
            self.pieces.append(f"_ht_.{method}({self.label(draw)}, ")
            self.copy(draw.listing)
            self.pieces.append(")")
        elif draw.options is None:
            self.pieces.append(value)
        elif len(draw.options) == 1 or all(is_constant(option.node) for option in draw.options):
            self.pieces.append("(")
            for option in draw.options:
                self.copy(option.node, option.inner)
                self.pieces.append(", ")
            self.pieces[-1] = f",)[{value}]" if len(draw.options) == 1 else f")[{value}]"
        else:
            self.conditional(draw.options, 0, value)

    def conditional(self, options: tuple[OptionCall, ...], first: int, value: str) -> None:
        """Write options by halves, so that a choice among hundreds is nested only a few levels deep."""
        if len(options) == 1:
            bare = isinstance(options[0].node, _BARE)
            self.pieces.append("" if bare else "(")
            self.copy(options[0].node, options[0].inner)
            self.pieces.append("" if bare else ")")
            return
        half = len(options) // 2
        test = f"== {first}" if half == 1 else f"< {first + half}"
        self.nested(options[:half], first, value)
        self.pieces.append(f" if {value} {test} else ")
        self.conditional(options[half:], first + half, value)

    def nested(self, options: tuple[OptionCall, ...], first: int, value: str) -> None:
        """Write the part before an ``if``, in parentheses if it contains an ``if`` of its own."""
        self.pieces.append("(" if len(options) > 1 else "")
        self.conditional(options, first, value)
        self.pieces.append(")" if len(options) > 1 else "")


_LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)


def _is_block(node: ast.AST) -> bool:
    return hasattr(node, "body") or isinstance(node, ast.Match)


def leaving(tree: Tree, function: FunctionNode, method: str = "leave") -> Iterator[Edit]:
    """Yield edits that make a function leave its local variables with a method of the draws.

    It does so at each ``return``, and after its last statements if its end can be reached: no line is added.
    """
    leave = f"_ht_.{method}(locals(), "
    for last in reversed(function.body):
        for node in outside_definitions(last):
            if isinstance(node, ast.stmt) and not isinstance(node, _LEAVING) and not _is_block(node):
                end = tree.span(node).end
                yield Span(tree.part, end, end), f"; {leave}None)"
        if not _is_block(last):
            break
    for node in own_nodes(function):
        if isinstance(node, ast.Return):
            span = tree.span(node)
            start = span.start + len("return")
            if node.value is None:
                yield Span(tree.part, start, start), f" {leave}None)"
            else:
                # Right after `return`, because a parenthesis before the value is not part of its place.
                yield Span(tree.part, start, start), f" {leave}("
                yield Span(tree.part, span.end, span.end), "))"


def rewrite(text: str, start: int, end: int, edits: list[Edit]) -> str:
    """Apply every edit to ``text[start:end]``; edits do not overlap and are in order."""
    pieces: list[str] = []
    at = start
    for span, new in edits:
        pieces += [text[at : span.start], new]
        at = span.end
    return "".join([*pieces, text[at:end]])
