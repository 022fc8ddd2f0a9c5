from __future__ import annotations

import pytest

from hypertemplate.compiler.syntax.source import (
    Position,
    Span,
    byte_offset_at,
    line_starts,
    line_text,
    newlines,
    offset_at,
    position,
)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        pytest.param("", (0,), id="an empty text has one line"),
        pytest.param("ab", (0,), id="a text without line ends has one line"),
        pytest.param("a\n", (0, 2), id="after a final line end an empty line begins"),
        pytest.param("a\nb", (0, 2), id="LF ends a line"),
        pytest.param("a\r\nb", (0, 3), id="CR LF ends one line"),
        pytest.param("a\rb", (0, 2), id="a lone CR ends a line"),
        pytest.param("a\n\rb", (0, 2, 3), id="LF CR ends two lines"),
        pytest.param("a\r\r\nb", (0, 2, 4), id="CR before CR LF ends a line of its own"),
        pytest.param("a\x0cb\x0bc", (0,), id="form feed and vertical tab end no line"),
        pytest.param("a\x1cb\x1dc\x1ed", (0,), id="the separators of ASCII end no line"),
        pytest.param("a\x85b\u2028c\u2029d", (0,), id="the line separators of Unicode end no line"),
    ],
)
def test_where_lines_start(text: str, starts: tuple[int, ...]) -> None:
    assert line_starts(text) == starts


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        pytest.param("", 0, Position(1, 1), id="the start of nothing"),
        pytest.param("ab", 2, Position(1, 3), id="the end of the text"),
        pytest.param("a\nb", 1, Position(1, 2), id="a line end belongs to the line that it ends"),
        pytest.param("a\nb", 2, Position(2, 1), id="the first character of a line"),
        pytest.param("a\r\nb", 2, Position(1, 3), id="the LF of CR LF is still on the first line"),
        pytest.param("é日😀x", 3, Position(1, 4), id="columns count characters"),
        pytest.param("\tx", 1, Position(1, 2), id="a tab is one column"),
    ],
)
def test_an_offset_and_its_position(text: str, offset: int, place: Position) -> None:
    assert position(text, offset) == place
    assert offset_at(text, place) == offset


@pytest.mark.parametrize(
    ("text", "line", "content"),
    [
        pytest.param("a\nb\n", 1, "a", id="without its LF"),
        pytest.param("a\r\nb", 1, "a", id="without its CR LF"),
        pytest.param("a\rb", 2, "b", id="after a lone CR"),
        pytest.param("a\n", 2, "", id="the empty line after the last line end"),
        pytest.param("a\x0c\u2028b\n", 1, "a\x0c\u2028b", id="other separators stay in it"),
    ],
)
def test_the_text_of_a_line(text: str, line: int, content: str) -> None:
    assert line_text(text, line) == content


@pytest.mark.parametrize(
    ("text", "line", "column", "offset"),
    [
        pytest.param("x = 1", 1, 4, 4, id="ASCII: bytes are characters"),
        pytest.param("é = 1", 1, 5, 4, id="a letter of two bytes"),
        pytest.param("'日本' + x", 1, 11, 7, id="letters of three bytes"),
        pytest.param("'😀' + x", 1, 9, 6, id="an emoji of four bytes"),
        pytest.param("é\nü = 1", 2, 3, 4, id="the bytes of other lines do not count"),
    ],
)
def test_a_column_in_bytes_becomes_an_offset(text: str, line: int, column: int, offset: int) -> None:
    assert byte_offset_at(text, line, column) == offset


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("a, b", "", id="nothing of one line"),
        pytest.param("a,\n  b,\r\n  c\r", "\n\r\n\r", id="each line end as it was"),
        pytest.param("a\x0cb\u2028c", "", id="no other separator"),
    ],
)
def test_only_line_ends_are_kept(text: str, kept: str) -> None:
    assert newlines(text) == kept


@pytest.mark.parametrize(
    ("inner", "inside"),
    [
        pytest.param(Span(0, 3, 5), True, id="within"),
        pytest.param(Span(0, 2, 8), True, id="the same"),
        pytest.param(Span(0, 8, 8), True, id="empty, at the end"),
        pytest.param(Span(0, 1, 5), False, id="begins before"),
        pytest.param(Span(0, 5, 9), False, id="ends after"),
        pytest.param(Span(1, 3, 5), False, id="in another part"),
    ],
)
def test_a_span_inside_another(inner: Span, inside: bool) -> None:
    assert inner.inside(Span(0, 2, 8)) is inside


def test_spans_sort_by_part_then_by_start() -> None:
    spans = [Span(1, 0, 2), Span(0, 5, 6), Span(0, 1, 9), Span(0, 1, 3)]
    assert sorted(spans) == [Span(0, 1, 3), Span(0, 1, 9), Span(0, 5, 6), Span(1, 0, 2)]
