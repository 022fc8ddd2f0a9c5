"""Values of a trial as the defaults of markers, which stay."""

from __future__ import annotations

import ast
import io
import math
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.comments.drawn_options import drawn_parts
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
from hypertemplate.compiler.tuned_source.drawn_expressions import DrawnExpressions
from hypertemplate.compiler.tuned_source.drawn_expressions import listed as listed_text
from hypertemplate.compiler.tuned_source.placed_expressions import placed
from hypertemplate.compiler.tuned_source.tuned_values import default_literal

_REST = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=[\r\n])")

Read = Mapping[DrawCall, "float | None"]
"""Call -> the number, or number of an option, that a trial read of it; None for nothing."""


class UnwritableError(Exception):
    """Error raised for a value that no default of a marker can spell; its text says why."""


@dataclass(frozen=True, eq=False)
class WrittenDefaults:
    """Writer of what a trial read of the calls in one part.

    Attributes:
        expressions: writer of what the trial read, and of defaults for what it did not.
        read: what it read.
    """

    expressions: DrawnExpressions
    read: Read

    @property
    def _tree(self) -> Tree:
        return self.expressions.tree

    def in_braces(self, draw: DrawCall) -> Iterator[Edit]:
        """Yield the edits that make what the trial read the defaults of a call, and of those in its options.

        Raises:
            UnwritableError: no default can spell the value.
        """
        value = self.read[draw]
        if value is None:
            return
        if draw.options is None:
            yield from self._default(draw, self._unwritten(draw, value))
            return
        option = draw.options[int(value)]
        self._check_finite(option.inner)
        text = self._one_line(draw)
        if option.inner and _meant(self._tree, draw, text) == int(value):
            yield from self._default(draw, text)
            return
        yield from self._default(draw, self._option(draw, int(value)))
        for inner in option.inner:
            yield from self.in_braces(inner)

    def before_comment(self, marker: Marker, draw: DrawCall, dimension: Dimension) -> Iterator[Edit]:
        """Yield the edit that puts what the trial read before the comment that marks it.

        Args:
            marker: the marker, in a comment.
            draw: call in it.
            dimension: its dimension.

        Raises:
            UnwritableError: the comment could not tell that it is the value.
        """
        value = self.read[draw]
        if value is None or self._stands(draw, value):
            return
        text = self._one_line(draw)
        if draw.options is not None:
            if _meant(self._tree, draw, text) != int(value):
                raise UnwritableError(f"{text} would be another option of the comment")
        elif dimension.options:
            listed = dimension.options[int(value)]
            if not listed.literal:
                raise UnwritableError(f"{listed.text} is not a constant, which a comment could be for")
            text = listed.text
        yield Edit(marker.span, placed(text, self._tree, marker.node))

    def _one_line(self, draw: DrawCall) -> str:
        return in_one_line(self.expressions.text(draw, None))

    def _stands(self, draw: DrawCall, value: float) -> bool:
        """Tell whether the value before a comment is this one."""
        if draw.options is not None:
            return draw.default_option == int(value) and not draw.options[int(value)].inner
        return draw.default is not None and draw.listing is None and number(draw.default) == value

    def _default(self, draw: DrawCall, text: str) -> Iterator[Edit]:
        given = next((one for one in draw.call.keywords if one.arg == "default"), None)
        if given is None:
            yield _added(self._tree, draw.call, f"default={text}")
        elif not self._says(draw, given.value, text):
            yield Edit(self._tree.span(given.value), text)

    def _says(self, draw: DrawCall, given: ast.expr, text: str) -> bool:
        """Tell whether a default means the same already."""
        if self._tree.one_line(given) == text:
            return True
        written = ast.parse(text, mode="eval").body
        if draw.options is None:
            return draw.listing is None and number(given) == number(written)
        one, other = (_meant(self._tree, draw, t) for t in (self._tree.one_line(given), text))
        return one == other and one is not None and not draw.options[one].inner

    def _unwritten(self, draw: DrawCall, value: float) -> str:
        """Return the default of a call whose options are not written out."""
        if draw.listing is None:
            self._check_finite((draw,))
            return default_literal(value)
        item = f"{listed_text(self.expressions.module, self._tree, draw.listing)}[{int(value)}]"
        return f"{item}[1]" if draw.distribution == "pchoice" else item

    def _check_finite(self, draws: Iterable[DrawCall]) -> None:
        """Raise UnwritableError for a number that a distribution drew and no default can be."""
        for draw in (inner for one in draws for inner in one.walk()):
            value = self.read[draw]
            if value is not None and not math.isfinite(value):
                raise UnwritableError(f"{value} is not finite")

    def _option(self, draw: DrawCall, chosen: int) -> str:
        """Return the text of an option, by which it is found as the default."""
        options = draw.options or ()
        text = option_text(self._tree, options[chosen])
        meant = _meant(self._tree, draw, text)
        same = meant is not None and option_text(self._tree, options[meant]) == text
        if meant != chosen and not (same and not options[chosen].inner):
            raise UnwritableError(
                f"a default {text} would be option {meant}, and the trial had option {chosen}"
            )
        return text


def in_one_line(text: str) -> str:
    """Return the text of an expression without line ends."""
    return ast.unparse(ast.parse(f"({text}\n)", mode="eval")) if NEWLINE.search(text) else text


def _meant(tree: Tree, draw: DrawCall, text: str) -> int | None:
    """Return the number of the option that a default with this text is."""
    options = draw.options or ()
    found = default_option(text, [option_text(tree, option) for option in options])
    if found is not None:
        return found
    value = ast.parse(f"({text}\n)", mode="eval").body
    draws = [
        {one.call: one.distribution for inner in option.inner for one in inner.walk()} for option in options
    ]
    able = [
        place
        for place, option in enumerate(options)
        if draws[place] and drawn_parts(value, option.node, draws[place]) is not None
    ]
    return able[0] if able else None


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
