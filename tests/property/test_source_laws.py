from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import error, render
from hypertemplate.compiler.syntax.source import (
    Part,
    Position,
    Source,
    Span,
    line_starts,
    line_text,
    newlines,
    offset_at,
    position,
)
from tests.property.strategies import ascii_texts, texts

pytestmark = pytest.mark.property


@given(texts)
def test_an_offset_is_the_position_of_itself(text: str) -> None:
    places = [position(text, offset) for offset in range(len(text) + 1)]
    assert [offset_at(text, place) for place in places] == list(range(len(text) + 1))
    assert places == sorted(places)
    assert len(set(places)) == len(places)


@given(texts)
def test_a_position_is_the_offset_of_itself(text: str) -> None:
    for line in range(1, len(line_starts(text)) + 1):
        for column in range(1, len(line_text(text, line)) + 2):
            assert position(text, offset_at(text, Position(line, column))) == (line, column)


@given(texts)
def test_lines_and_line_ends_are_the_whole_text(text: str) -> None:
    ends = re.findall(r"\r\n|\r|\n", text)
    lines = [line_text(text, line) for line in range(1, len(line_starts(text)) + 1)]
    assert newlines(text) == "".join(ends)
    assert "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True)) == text
    assert not any(set(line) & {"\n", "\r"} for line in lines)


@given(ascii_texts, st.data())
def test_the_caret_stands_below_the_first_character_of_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = Source((Part("file", "model.py", text),))
    head, line, carets = render(error(Code.BOUNDS, "m", Span(0, start, end)), source).split("\n")
    place = position(text, start)
    assert head == f"model.py:{place.line}:{place.column}: error HT104: m"
    # Blanks at the end of a line are not shown; where the span begins there, nothing is above the caret.
    assert line[carets.index("^") :][:1].strip() == text[start : start + 1].strip()


@given(texts)
def test_what_is_shown_is_as_many_lines_as_it_should_be_and_holds_no_control(text: str) -> None:
    source = Source((Part("file", text, text),))
    shown = render(error(Code.BOUNDS, text, Span(0, 0, len(text)), "h" + text), source)
    assert shown.count("\n") == 3
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)
