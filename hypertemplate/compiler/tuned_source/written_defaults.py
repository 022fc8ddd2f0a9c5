"""Values of a trial as the defaults of markers, which stay."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.marked_defaults import default_option
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.markers.parameters import option_text
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.syntax.literals import number
from hypertemplate.compiler.syntax.source import (
    NEWLINE,
    Position,
    Span,
    line_starts,
    offset_at,
    position,
)
from hypertemplate.compiler.syntax.tree import Tree
from hypertemplate.compiler.tuned_source.drawn_expressions import listed as listed_text
from hypertemplate.compiler.tuned_source.placed_expressions import placed
from hypertemplate.compiler.tuned_source.tuned_values import default_literal, number_literal

_REST = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=[\r\n])")

Read = Mapping[DrawCall, "float | None"]
"""Call -> the number, or number of an option, that a trial read of it; None for nothing."""


class UnwritableError(Exception):
    """Error raised for a value that no default of a marker can spell; its text says why."""


def written_defaults(module: Module, tree: Tree, draw: DrawCall, read: Read) -> Iterator[Edit]:
    """Yield the edits that make what a trial read the defaults of a call, and of those in its options.

    Args:
        module: module with the call.
        tree: part with the call.
        draw: the call.
        read: what the trial read of each call.

    Raises:
        UnwritableError: no default can spell the value.
    """
    for one in draw.walk():
        value = read[one]
        if value is not None:
            yield from _written(module, tree, one, value)


def written_value(
    tree: Tree, marker: Marker, draw: DrawCall, read: Read, dimension: Dimension
) -> Iterator[Edit]:
    """Yield the edit that puts what a trial read before the comment that marks it.

    Args:
        tree: part with the marker.
        marker: the marker, in a comment.
        draw: call in it.
        read: as in `written_defaults`.
        dimension: its dimension.

    Raises:
        UnwritableError: the comment could not tell that it is the value.
    """
    value = read[draw]
    if value is None or (draw.options is not None and draw.default_option == int(value)):
        return
    if draw.default is not None and not dimension.options and number(draw.default) == value:
        return
    yield Edit(marker.span, placed(_value(tree, draw, value, dimension), tree, marker.node))


def _value(tree: Tree, draw: DrawCall, value: float, dimension: Dimension) -> str:
    if draw.options is not None:
        option = draw.options[int(value)]
        if option.inner:
            raise UnwritableError("a comment cannot mark an option that draws values of its own")
        return _default_option(tree, draw, int(value))
    if not dimension.options:
        return number_literal(value)
    listed = dimension.options[int(value)]
    if not listed.literal:
        raise UnwritableError(f"{listed.text} is not a constant, which a comment could be for")
    return listed.text


def _written(module: Module, tree: Tree, draw: DrawCall, value: float) -> Iterator[Edit]:
    text = _default(module, tree, draw, value)
    given = next((one for one in draw.call.keywords if one.arg == "default"), None)
    if given is None:
        yield _added(tree, draw.call, f"default={text}")
    elif not _says(tree, given.value, draw, value, text):
        yield Edit(tree.span(given.value), text)


def _says(tree: Tree, given: ast.expr, draw: DrawCall, value: float, text: str) -> bool:
    """Tell whether a default is this value already."""
    if draw.options is not None:
        return draw.default_option == int(value)
    return tree.one_line(given) == text or (draw.listing is None and number(given) == value)


def _default(module: Module, tree: Tree, draw: DrawCall, value: float) -> str:
    if draw.options is None:
        if draw.listing is None:
            return default_literal(value)
        item = f"{listed_text(module, tree, draw.listing)}[{int(value)}]"
        return f"{item}[1]" if draw.distribution == "pchoice" else item
    return _default_option(tree, draw, int(value))


def _default_option(tree: Tree, draw: DrawCall, chosen: int) -> str:
    """Return the text of an option, by which it is found as the default."""
    texts = [option_text(tree, option) for option in draw.options or ()]
    first = default_option(texts[chosen], texts)
    same = first is not None and texts[first] == texts[chosen]
    if first != chosen and not (same and draw.options and not draw.options[chosen].inner):
        text = f"a default {texts[chosen]} would be option {first}, and the trial had option {chosen}"
        raise UnwritableError(text)
    return texts[chosen]


def _added(tree: Tree, call: ast.Call, argument: str) -> Edit:
    """Return the edit that adds an argument at the end of a call."""
    last, comma = _last_token(tree, call)
    end = tree.span(call).end - 1
    line = _REST.match(tree.text, last)
    if comma and line is not None and line.end() < end and NEWLINE.search(tree.text, last, end):
        before = _indent_of(tree, call)
        ending = NEWLINE.match(tree.text, line.end())
        assert ending is not None
        return Edit(Span(tree.part, line.end(), line.end()), f"{ending[0]}{before}{argument},")
    return Edit(Span(tree.part, last, last), f" {argument}" if comma else f", {argument}")


def _indent_of(tree: Tree, call: ast.Call) -> str:
    """Return the white space before the last argument of a call that begins a line of its own."""
    nodes: Sequence[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    start = max(tree.span(node).start for node in nodes)
    before = tree.text[line_starts(tree.text)[position(tree.text, start).line - 1] : start]
    return before[: len(before) - len(before.lstrip())]


def _last_token(tree: Tree, call: ast.Call) -> tuple[int, bool]:
    """Return the end of a call's last token before its closing bracket, and whether that is a comma."""
    span = tree.span(call)
    text = NEWLINE.sub(lambda found: "\n", tree.text[span.start : span.end])
    tokens = [
        token
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)
    ]
    last = tokens[-2]
    line, column = last.end
    start = position(tree.text, span.start)
    place = Position(start.line + line - 1, column + (start.column if line == 1 else 1))
    return offset_at(tree.text, place), last.string == ","
