"""Text of the user's in a terminal: no escapes, no surprises, a bounded width."""

from __future__ import annotations

import pytest

from hypertemplate.views.text import (
    columns,
    cut,
    fitted,
    hanging,
    indented,
    plain,
    plain_lines,
    wrapped,
    wrapped_edit,
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\n", [], id="blank lines"),
        pytest.param("a\nb\n\n", ["a", "b"], id="blank lines at the end"),
        pytest.param("a\n\nb", ["a", "", "b"], id="a blank line between"),
        pytest.param("a\r\nb\r\n", ["a", "b"], id="line ends of Windows"),
        pytest.param("1/3\r2/3\r3/3\n", ["3/3"], id="a progress bar"),
        pytest.param("\x1b[31mred\x1b[0m", ["red"], id="colours"),
        pytest.param("\x1b]0;title\x07text", ["text"], id="a window title"),
        pytest.param("\ta", ["        a"], id="a tab"),
        pytest.param("a \nb\t\n", ["a", "b"], id="blanks at line ends"),
        pytest.param("[i]x[/i]", ["[i]x[/i]"], id="markup is text"),
        pytest.param("a\x07\x00b", ["ab"], id="control characters"),
    ],
)
def test_plain_lines(text: str, lines: list[str]) -> None:
    assert plain_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\n   b", "a b", id="a line end and its indent are a space"),
        pytest.param(" a\r\nb\n", "a b", id="line ends of Windows"),
        pytest.param("\x1b[1mx\x1b[0m", "x", id="escapes"),
        pytest.param("a  b", "a  b", id="spaces within a line stay"),
        pytest.param("a\u202eb", "a\ufffdb", id="a change of the direction of writing is visible"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(("text", "shown"), [("abcdef", "abcdef"), ("abcdefg", "abc..."), ("", "")])
def test_cut(text: str, shown: str) -> None:
    assert cut(text, 6) == shown


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        pytest.param(None, ["1234: aaa=1 bbb=2 ccc=3"], id="no end"),
        pytest.param(80, ["1234: aaa=1 bbb=2 ccc=3"], id="wide enough"),
        pytest.param(30, ["1234: aaa=1 bbb=2 ccc=3"], id="just wide enough"),
    ],
)
def test_items_that_fit_stay_on_one_line(width: int | None, lines: list[str]) -> None:
    assert hanging("1234: ", ["aaa=1", "bbb=2", "ccc=3"], width) == lines


def test_items_hang_below_the_first_one() -> None:
    items = [f"parameter{i}=1" for i in range(4)]
    assert hanging("12: ", items, 30) == [
        "12: parameter0=1 parameter1=1",
        "    parameter2=1 parameter3=1",
    ]
    assert hanging("1234567: ", items, 33) == [
        "1234567: parameter0=1",
        "         parameter1=1",
        "         parameter2=1",
        "         parameter3=1",
    ]


def test_where_too_little_is_left_items_begin_near_the_margin() -> None:
    items = ["aaaaaaaaaaaa=1", "bbbb=2", "c=3"]
    assert hanging("1234567890: ", items, 24) == ["1234567890:", "    aaaaaaaaaaaa=1", "    bbbb=2 c=3"]


def test_an_item_wider_than_the_terminal_is_not_broken() -> None:
    assert hanging("1: ", ["x" * 50, "y=1"], 30) == ["1:", "   " + "x" * 50, "   y=1"]


def test_a_path_wider_than_the_terminal_is_broken_after_a_slash() -> None:
    path = "/a/long/folder/of/somebody/else/model.py,"
    assert hanging("1: ", [path, "y=1"], 30) == ["1: /a/long/folder/of/somebody/", "   else/model.py, y=1"]


def test_without_items_the_beginning_stands_alone() -> None:
    assert hanging("1234: ", [], 30) == ["1234:"]
    assert hanging("1234: ", [], None) == ["1234:"]


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert columns([("a", "bbb", ""), ("aaa", "b", "c")], indent=" ") == [" a    bbb", " aaa  b    c"]
    assert columns([]) == []


@pytest.mark.parametrize(
    ("line", "width", "lines"),
    [
        pytest.param("one two three", None, ["one two three"], id="no terminal"),
        pytest.param("one two three four five six seven", 20, ["one two three four", "  five six seven"], id="between words"),
        pytest.param("a " + "x" * 30, 24, ["a " + "x" * 22, "  " + "x" * 8], id="a word that is longer than a line"),
        pytest.param(
            "no terminal to read from; run: hypertemplate try model.py --set x=1",
            30,
            ["no terminal to read from; run:", "  hypertemplate try model.py --set x=1"],
            id="a command to copy stays whole",
        ),
        pytest.param("  one two three four", 20, ["  one two three four"], id="a line that fits"),
        pytest.param("  one two three four five", 20, ["  one two three four", "  five"], id="an indented line"),
        pytest.param("  | one two three four five", 24, ["  | one two three four", "  | five"], id="output behind a bar"),
        pytest.param("  |  one two three four five", 26, ["  |  one two three four", "  |  five"], id="and indented there"),
        pytest.param("low-rank --max-evals", 12, ["low-rank --max-evals"], id="a terminal is never taken to be narrower than 20"),
    ],
)  # fmt: skip
def test_lines_wrap_between_words(line: str, width: int | None, lines: list[str]) -> None:
    assert wrapped(line, width) == lines


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        pytest.param(
            "  ~ rate   0..0.5 is now 0..0.8: all 40 trials lie inside",
            ["  ~ rate   0..0.5 is now 0..0.8: all 40", "           trials lie inside"],
            id="a marker",
        ),
        pytest.param(
            "  line 31 changed, which only optimizer='sgd' reaches: 6 trials are left out",
            ["  line 31 changed, which only", "    optimizer='sgd' reaches: 6 trials", "    are left out"],
            id="other code",
        ),
        pytest.param("  - rate  is now 2", ["  - rate  is now 2"], id="a short line"),
    ],
)
def test_lines_on_edits_wrap_below_their_texts(line: str, lines: list[str]) -> None:
    assert wrapped_edit(line, 40) == lines
    assert wrapped_edit(line, None) == [line]


def test_lines_that_are_indented_wrap_below_their_own_beginning() -> None:
    assert indented(["a", "", "  one two three four five six"], 24, "  ") == [
        "  a",
        "",
        "    one two three four",
        "    five six",
    ]


@pytest.mark.parametrize("width", [40, 60])
def test_columns_wrap_where_the_terminal_is_narrower(width: int) -> None:
    rows = [("name", "what it is", "where"), ("alpha", "a word " * 12, "model.py:12"), ("beta", "", "x")]
    lines = columns(rows, width=width, flexible=(1,))
    assert max(map(len, lines)) <= width
    assert {word for line in lines for word in line.split()} == {
        word for row in rows for cell in row for word in cell.split()
    }
    assert lines[-1].split() == ["beta", "x"]


def test_columns_that_cannot_be_narrowed_stay_as_they_are() -> None:
    assert columns([("x" * 30, "y" * 30)], width=20) == ["x" * 30 + "  " + "y" * 30]


@pytest.mark.parametrize(
    ("number", "width", "flags", "text"),
    [
        pytest.param(0.123456, 6, "", "0.1235", id="four digits"),
        pytest.param(-0.123456, 6, "", "-0.123", id="fewer where there is no room"),
        pytest.param(1e-300, 6, "", "1e-300", id="one at least"),
        pytest.param(16.0, 6, "", "16", id="a whole number"),
        pytest.param(16.0, 6, "#", "16.00", id="all digits"),
        pytest.param(1310.0, 6, "#", "1310", id="no point behind the last of them"),
        pytest.param(12345678.0, 7, "", "1.2e+07", id="a large one"),
        pytest.param(float("nan"), 6, "", "nan", id="nan"),
    ],
)
def test_a_number_is_fitted_into_a_column(number: float, width: int, flags: str, text: str) -> None:
    assert fitted(number, width, flags, 4) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("from a.b import train_test", "from a.b import ...", id="at the end of a word"),
        pytest.param("x" * 40, "x" * 20 + "...", id="a word that is everything"),
    ],
)
def test_a_text_is_cut_between_words(text: str, shown: str) -> None:
    assert cut(text, 23) == shown


def test_code_in_a_column_wraps_after_brackets_and_commas() -> None:
    rows = [("x = np.random.default_rng(0).normal(size=(200,4))", "it holds (a) marker"), ("y" * 40, "no")]
    assert columns(rows, width=40, flexible=(0, 1)) == [
        "x =                     it holds (a)",
        "np.random.default_rng(  marker",
        "0).normal(size=(200,",
        "4))",
        "yyyyyyyyyyyyyyyyyyyyyy  no",
        "yyyyyyyyyyyyyyyyyy",
    ]


def test_a_number_and_a_name_stay_whole_and_what_is_said_of_them_gives_way() -> None:
    rows = [("learning_rate", "0.05637852923731049", "(at round 4 of 15)"), ("clf.max_depth", "3", "")]
    assert columns(rows, indent="  ", width=50, flexible=(0, 1, 2)) == [
        "  learning_rate  0.05637852923731049  (at round 4",
        "                                      of 15)",
        "  clf.max_depth  3",
    ]
    assert columns(rows, indent="  ", width=40, flexible=(0, 1, 2)) == [
        "  learning_rate  0.05637852923731049",
        "      (at round 4 of 15)",
        "  clf.max_depth  3",
    ]


def test_a_path_that_is_longer_than_a_line_breaks_after_a_slash() -> None:
    assert indented(['  File "/home/someone/projects/vision/model.py", line 3'], 30, "") == [
        '  File "/home/someone/',
        '  projects/vision/model.py",',
        "  line 3",
    ]


def test_a_text_that_is_cut_ends_with_three_dots() -> None:
    assert cut("Exception when calling Sequential.call()", 37) == "Exception when calling Sequential..."
