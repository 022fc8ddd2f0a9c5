"""Markers become expressions in place; nothing outside them changes, and no line moves."""

from __future__ import annotations

import ast

from hypertemplate.compiler.draws import DrawCall, OptionCall
from hypertemplate.compiler.literals import is_constant
from hypertemplate.compiler.markers import Marker
from hypertemplate.compiler.parsing import Tree
from hypertemplate.compiler.source import Span, newlines

Edit = tuple[Span, str]

_BARE = (ast.Constant, ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict, ast.Set)
"""What stands in a conditional expression without parentheses of its own."""


def expression(tree: Tree, marker: Marker, draw: DrawCall, labels: dict[DrawCall, str]) -> str:
    """What replaces a marker: an expression in parentheses, with as many lines as the marker.

    - a number: ``(_ht_['rate'])``
    - options that are all constants: ``((64, 128)[_ht_['units']])``
    - other options: ``(Dropout(r) if _ht_['x'] == 0 else Activation('linear'))``, so that only the chosen one
      is evaluated, where it stands and each time that it is reached
    - a list that is not written out: ``(_ht_.option('x', SIZES))``
    """
    writer = _Writer(tree, labels, marker.span.start)
    writer.draw(draw)
    writer.skip_to(marker.span.end)
    # The closing parenthesis comes after the last line break, where the marker's brace was.
    return "(" + "".join(writer.pieces) + ")"


class _Writer:
    """Writes pieces in source order; the line breaks between them are kept where they were."""

    def __init__(self, tree: Tree, labels: dict[DrawCall, str], start: int) -> None:
        self.tree = tree
        self.labels = labels
        self.at = start
        self.pieces: list[str] = []

    def skip_to(self, offset: int) -> None:
        """Leave out the text up to `offset`, but for its line breaks."""
        self.pieces.append(newlines(self.tree.text[self.at : offset]))
        self.at = offset

    def copy(self, node: ast.expr, inner: tuple[DrawCall, ...] = ()) -> None:
        """The text of a node as the user wrote it, the distributions inside it replaced."""
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
        """The expression of a draw, without parentheses around it."""
        value = f"_ht_[{self.labels[draw]!r}]"
        if draw.listing is not None:
            method = "weighted" if draw.distribution == "pchoice" else "option"
            self.pieces.append(f"_ht_.{method}({self.labels[draw]!r}, ")
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
        """Options by halves, so that a choice of hundreds is nested only a few levels deep."""
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
        """The part before an ``if``, in parentheses if it holds an ``if`` of its own."""
        self.pieces.append("(" if len(options) > 1 else "")
        self.conditional(options, first, value)
        self.pieces.append(")" if len(options) > 1 else "")


def rewrite(text: str, start: int, end: int, edits: list[Edit]) -> str:
    """``text[start:end]`` with every edit inside it applied; edits do not overlap and are in order."""
    pieces: list[str] = []
    at = start
    for span, new in edits:
        pieces += [text[at : span.start], new]
        at = span.end
    return "".join([*pieces, text[at:end]])
