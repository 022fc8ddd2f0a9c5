from __future__ import annotations

import pytest

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import (
    Diagnostic,
    error,
    in_order,
    printable,
    raise_errors,
    render,
    render_all,
    warning,
)
from hypertemplate.compiler.syntax.source import Part, PartKind, Source, Span
from hypertemplate.errors import CompileError


def shown(text: str, start: int, end: int, *, help: str = "", kind: PartKind = "file") -> str:
    """A finding at these offsets, without its first line."""
    name = "model.py" if kind == "file" else "train.ipynb, cell 3 (In [7])"
    source = Source((Part(kind, name, text),))
    return render(error(Code.BOUNDS, "low < high", Span(0, start, end), help), source)


def excerpt(text: str, start: int, end: int) -> list[str]:
    """The source line and the carets below it, without the gutter."""
    return [line.partition(" | ")[2] for line in shown(text, start, end).split("\n")[1:]]


def test_a_finding_names_its_place_and_shows_line_caret_and_help() -> None:
    assert shown("x = 1\ny = {{uniform(1, 0)}}\n", 12, 25, help="swap the bounds: uniform(0, 1)") == (
        "model.py:2:7: error HT104: low < high\n"
        "    2 | y = {{uniform(1, 0)}}\n"
        "      |       ^~~~~~~~~~~~~\n"
        "      = help: swap the bounds: uniform(0, 1)"
    )


def test_without_help_nothing_follows_the_carets() -> None:
    assert shown("x = 1", 0, 1) == "model.py:1:1: error HT104: low < high\n    1 | x = 1\n      | ^"


@pytest.mark.parametrize("kind", ["cell", "history"])
def test_in_a_notebook_line_and_column_are_words(kind: PartKind) -> None:
    assert shown("x\ny = 1\n", 6, 7, kind=kind) == (
        "train.ipynb, cell 3 (In [7]), line 2, column 5: error HT104: low < high\n"
        "    2 | y = 1\n"
        "      |     ^"
    )


@pytest.mark.parametrize(
    ("text", "original", "start", "end", "expected"),
    [
        pytest.param("\n", "  %run a\n", 0, 0, ["  %run a", "  ^~~~~~"], id="a line that was left out"),
        pytest.param(
            "x\npass; f(1)", "x\n%time f(1)", 8, 12, ["%time f(1)", "      ^~~~"], id="in its own columns"
        ),
        pytest.param("f(1)", "%time f(1)", 0, 4, ["f(1)", "^~~~"], id="in other columns"),
        pytest.param("x\nf(1)", "x", 2, 6, ["f(1)", "^~~~"], id="on a line that is not there"),
    ],
)
def test_a_cell_is_shown_as_its_user_wrote_it(
    text: str, original: str, start: int, end: int, expected: list[str]
) -> None:
    source = Source((Part("cell", "train.ipynb, cell 1", text, 1, original=original),))
    lines = render(error(Code.BOUNDS, "low < high", Span(0, start, end)), source).split("\n")[1:]
    assert [line.partition(" | ")[2] for line in lines] == expected


def test_a_finding_without_a_place_names_the_template() -> None:
    source = Source((Part("file", "model.py", "x = 1"),))
    found = warning(Code.NO_MODEL, "no model function", help="name one")
    assert render(found, source) == "model.py: warning HT003: no model function\n      = help: name one"


def test_a_source_without_parts_is_named_by_its_path() -> None:
    assert render(error(Code.NO_MODEL, "no model"), Source((), "/t/model.py")) == (
        "/t/model.py: error HT003: no model"
    )


def test_the_part_of_the_span_is_the_part_that_is_shown() -> None:
    source = Source((Part("file", "a.py", "one"), Part("file", "b.py", "two")))
    assert render(error(Code.BOUNDS, "m", Span(1, 0, 3)), source) == (
        "b.py:1:1: error HT104: m\n    1 | two\n      | ^~~"
    )


def test_several_findings_stand_below_each_other() -> None:
    source = Source((Part("file", "model.py", "x"),))
    both = (error(Code.BOUNDS, "one", Span(0, 0, 1)), warning(Code.NO_MODEL, "two"))
    assert render_all(both, source) == (
        "model.py:1:1: error HT104: one\n    1 | x\n      | ^\nmodel.py: warning HT003: two"
    )


@pytest.mark.parametrize(
    ("number", "gutter"),
    [
        pytest.param(9, "    9 | ", id="one digit"),
        pytest.param(999, "   999 | ", id="three digits"),
        pytest.param(1000, "   1000 | ", id="four digits"),
        pytest.param(123456, "   123456 | ", id="six digits"),
    ],
)
def test_the_gutter_grows_with_the_line_number(number: int, gutter: str) -> None:
    text = "\n" * (number - 1) + "x"
    head, line, carets = shown(text, number - 1, number).split("\n")
    assert head.startswith(f"model.py:{number}:1:")
    assert line == f"{gutter}x"
    assert carets == " " * (len(gutter) - 2) + "| ^"


@pytest.mark.parametrize(
    ("text", "start", "end", "lines"),
    [
        pytest.param("\tx\t= 1", 3, 4, ["\tx\t= 1", "\t \t^"], id="tabs are repeated below"),
        pytest.param("'日本' + x", 7, 8, ["'日本' + x", "         ^"], id="wide letters take two columns"),
        pytest.param("日本 = x", 0, 2, ["日本 = x", "^~~~"], id="carets span wide letters"),
        pytest.param("'😀' + x", 6, 7, ["'😀' + x", "       ^"], id="an emoji takes two columns"),
        pytest.param("e\u0301 = x", 5, 6, ["e\u0301 = x", "    ^"], id="a combining accent takes none"),
        pytest.param("x", 1, 1, ["x", " ^"], id="an empty span at the end of the line"),
        pytest.param("x\n", 1, 2, ["x", " ^"], id="a span of the line end alone"),
        pytest.param("", 0, 0, ["", "^"], id="an empty text"),
        pytest.param("f(1,\n  2)", 0, 9, ["f(1,", "^~~~"], id="of several lines the first is shown"),
        pytest.param("f(1,\r\n  2)", 0, 10, ["f(1,", "^~~~"], id="no carriage return is shown"),
        pytest.param("a\rb(c)", 2, 6, ["b(c)", "^~~~"], id="a lone CR ends the line"),
        pytest.param("a\x0cb", 2, 3, ["a\N{REPLACEMENT CHARACTER}b", "  ^"], id="a form feed is replaced"),
    ],
)
def test_carets_stand_below_the_span(text: str, start: int, end: int, lines: list[str]) -> None:
    # What renders carets strips what would trail; an empty line keeps nothing after the gutter.
    assert excerpt(text, start, end) == lines


def test_a_long_line_is_cut_around_the_span() -> None:
    text = "a" * 200 + "[b]" + "c" * 200
    line, carets = excerpt(text, 200, 203)
    assert line == "... " + "a" * 50 + "[b]" + "c" * 47 + " ..."
    assert carets == " " * 54 + "^~~"


@pytest.mark.parametrize(
    ("text", "start", "end", "line", "carets"),
    [
        pytest.param("x" * 101, 0, 1, "x" * 100 + " ...", "^", id="only the end is cut off"),
        pytest.param("x" * 100, 99, 100, "x" * 100, " " * 99 + "^", id="100 columns fit"),
        pytest.param(
            "x" * 120, 119, 120, "... " + "x" * 51, " " * 54 + "^", id="only the beginning is cut off"
        ),
        pytest.param(
            "x" * 300,
            0,
            300,
            "x" * 100 + " ...",
            "^" + "~" * 99,
            id="carets end where the cut line ends",
        ),
    ],
)
def test_how_a_long_line_is_cut(text: str, start: int, end: int, line: str, carets: str) -> None:
    assert excerpt(text, start, end) == [line, carets]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("a\nb\rc", "a b c", id="line ends become blanks"),
        pytest.param("\x1b[31mred", "\N{REPLACEMENT CHARACTER}[31mred", id="a terminal escape is disarmed"),
        pytest.param("\x9b31m", "\N{REPLACEMENT CHARACTER}31m", id="so is the one of eight bits"),
        pytest.param("a\u202eb", "a\N{REPLACEMENT CHARACTER}b", id="text cannot be turned round"),
        pytest.param("a\ud800b", "a\N{REPLACEMENT CHARACTER}b", id="a surrogate cannot be printed"),
        pytest.param("a\tb", "a\tb", id="a tab stays"),
        pytest.param("é日😀 [i]", "é日😀 [i]", id="letters of every language and brackets stay"),
    ],
)
def test_what_a_terminal_is_shown(text: str, plain: str) -> None:
    assert printable(text) == plain


def test_everything_shown_is_disarmed() -> None:
    source = Source((Part("file", "m\x1b.py", "x = '\x1b[2J'"),))
    assert render(error(Code.BOUNDS, "got\n\x07", Span(0, 0, 1), "say \x08"), source) == (
        "m\N{REPLACEMENT CHARACTER}.py:1:1: error HT104: got \N{REPLACEMENT CHARACTER}\n"
        "    1 | x = '\N{REPLACEMENT CHARACTER}[2J'\n"
        "      | ^\n"
        "      = help: say \N{REPLACEMENT CHARACTER}"
    )


def test_findings_come_in_source_order_each_once() -> None:
    late, early = error(Code.BOUNDS, "late", Span(0, 9, 10)), warning(Code.LABEL, "early", Span(0, 1, 20))
    second_part, nowhere = error(Code.LABEL, "part", Span(1, 0, 1)), error(Code.NO_MODEL, "nowhere")
    assert in_order([nowhere, second_part, late, early, late]) == (early, late, second_part, nowhere)


def test_findings_at_one_place_keep_their_order() -> None:
    first, second = error(Code.BOUNDS, "z", Span(0, 1, 3)), error(Code.LABEL, "a", Span(0, 1, 2))
    assert in_order([first, second]) == (first, second)


def test_warnings_alone_stop_nothing() -> None:
    raise_errors([warning(Code.LOG_BOUNDS, "doubt", Span(0, 0, 1))], Source(()))


def test_an_error_is_raised_with_everything_found() -> None:
    source = Source((Part("file", "model.py", "xy"),))
    found: list[Diagnostic] = [
        error(Code.BOUNDS, "bad", Span(0, 1, 2)),
        warning(Code.LABEL, "so", Span(0, 0, 1)),
    ]
    with pytest.raises(CompileError) as caught:
        raise_errors(found, source)
    assert caught.value.diagnostics == (found[1], found[0])
    assert caught.value.source is source
    assert str(caught.value) == (
        "model.py:1:1: warning HT202: so\n    1 | xy\n      | ^\n"
        "model.py:1:2: error HT104: bad\n    1 | xy\n      |  ^"
    )


@pytest.mark.parametrize("width", [40, 60, 80])
def test_the_line_its_caret_and_the_help_hold_on_a_narrow_terminal(width: int) -> None:
    text = "a" * 200 + "[b]" + "c" * 200
    found = error(Code.BOUNDS, "low < high", Span(0, 200, 203), "word " * 40 + "end")
    _, line, carets, *help = render(found, Source((Part("file", "model.py", text),)), width).split("\n")
    assert max(map(len, (line, carets, *help))) <= width
    assert line[carets.index("^") :].startswith("[b]")
    assert help[0].startswith("      = help: word")
    assert all(part.startswith(" " * 14) for part in help[1:])
    assert help[-1].endswith("end")
