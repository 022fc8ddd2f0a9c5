from __future__ import annotations

import pytest

from hypertemplate.frontend.notebook.logical_lines import (
    after_blanks,
    blanked,
    cleaned,
    continued_end,
    first_code,
    line_end,
    logical_line,
    next_line,
)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("x = 1", id="a statement"),
        pytest.param("x = (1,\n2)", id="brackets over two lines"),
        pytest.param("x = [{1: (\r2\r\n)}]", id="nested brackets over lines with other ends"),
        pytest.param("x = (']',\n2)", id="a bracket in a string"),
        pytest.param("x = (1, # )\n2)", id="a bracket in a comment"),
        pytest.param("x) = (1,\n2)", id="a bracket too many"),
        pytest.param("x = '''\n%time\n'''", id="triple quotes"),
        pytest.param('x = """\n"" \\""" \n"""', id="quotes within triple quotes"),
        pytest.param("x = rb'''\n\\'''\n'''", id="a raw string"),
        pytest.param("x = 'a\\\nb'", id="a string continued by a backslash"),
        pytest.param("x = 'a\\\r\nb'", id="a string continued by a backslash before two characters"),
        pytest.param("x = 1 + \\\n2", id="a backslash"),
        pytest.param("x = 1 + \\\r\n2", id="a backslash before two characters"),
        pytest.param("x = 'don't", id="a quote too many"),
        pytest.param("x = 'a", id="a string without an end"),
        pytest.param("x = 1  # don't (", id="a comment"),
        pytest.param("x = 1\u2028\x0b\x1c\x85y", id="characters that end no line"),
        pytest.param("x = 1 \\ y", id="a backslash that joins nothing"),
        pytest.param("", id="nothing"),
        pytest.param("# only a comment", id="only a comment"),
    ],
)
@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\r"], ids=["at the end", "LF", "CRLF", "CR"])
def test_a_logical_line_ends_where_its_brackets_strings_and_backslashes_do(line: str, ending: str) -> None:
    text = f"  {line}{ending}" + ("y = 2\n" if ending else "")
    logical = logical_line(text, 0)
    assert text[logical.start : logical.end] == line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = (1,\n%time\n", id="a bracket"),
        pytest.param("x = '''\n%time\n", id="triple quotes"),
        pytest.param('x = """\n%time\n\\', id="triple quotes with a backslash at the end"),
        pytest.param("x = \\", id="a backslash"),
    ],
)
def test_what_is_never_closed_reaches_to_the_end(text: str) -> None:
    assert logical_line(text, 0).end == len(text)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        pytest.param("x = 1  # c\n", "x = 1", id="a comment after a statement"),
        pytest.param("x = 1  \n", "x = 1", id="space after a statement"),
        pytest.param("x = '# c'\n", "x = '# c'", id="a comment in a string"),
        pytest.param("# c\n", "", id="only a comment"),
        pytest.param(" \t\f\n", "", id="only space"),
    ],
)
def test_its_content_is_neither_comment_nor_space(text: str, content: str) -> None:
    line = logical_line(text, 0)
    assert text[line.start : line.last] == content


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        pytest.param("a(); b = 1", "b = 1", id="after a semicolon"),
        pytest.param("a(';'); b", "b", id="not after one in a string"),
        pytest.param("a[(';')\n]; b", "b", id="not after one in brackets"),
        pytest.param("if a[1:2]: b", "b", id="after a header"),
        pytest.param("else: b; c", "c", id="after a header and a semicolon"),
        pytest.param("x: int = 1", "x: int = 1", id="not after the colon of an annotation"),
        pytest.param("if a: x: int = 1", "x: int = 1", id="an annotation after a header"),
        pytest.param("format: b", "format: b", id="a name that begins like a keyword"),
        pytest.param("x := 1", "x := 1", id="not after half of an operator"),
    ],
)
def test_where_the_last_statement_begins(text: str, statement: str) -> None:
    assert text[logical_line(text, 0).statement :] == statement


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("x = !ls", "!ls", id="a shell command"),
        pytest.param("x=!ls", "!ls", id="without space"),
        pytest.param("x = % pwd", "% pwd", id="a magic with space in it"),
        pytest.param("x: int = %pwd", "%pwd", id="after an annotation"),
        pytest.param("x[(1,\n2)] = %pwd", "%pwd", id="after brackets over two lines"),
        pytest.param("x = !a \\\n b", "!a \\\n b", id="over two lines"),
        pytest.param("x = %1", None, id="a percent sign before a number"),
        pytest.param("x = y = !ls", None, id="a second assignment"),
        pytest.param("x == !ls", None, id="a comparison"),
        pytest.param("x += !ls", None, id="an augmented assignment"),
        pytest.param("f(x=!ls)", None, id="a keyword"),
        pytest.param("x = 'a' !ls", None, id="not at once after it"),
    ],
)
def test_a_value_of_ipython(text: str, value: str | None) -> None:
    line = logical_line(text, 0)
    assert (None if line.value is None else text[line.value : line.end]) == value


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        pytest.param("if a:", True, id="a header"),
        pytest.param("if a:  # c", True, id="a header with a comment"),
        pytest.param("if a and \\\n  b:", True, id="a header over two lines"),
        pytest.param("if a: b", False, id="a header with its statement"),
        pytest.param("x[1:", False, id="a colon in brackets"),
        pytest.param("x = ':'", False, id="a colon in a string"),
    ],
)
def test_whether_a_block_must_follow(text: str, opens: bool) -> None:
    assert logical_line(text, 0).opens is opens


def test_the_ends_of_lines() -> None:
    text = "a \\\nb\\\r\n\r\nc\\"
    assert line_end(text, 0) == 3
    assert line_end(text, 10) == len(text)
    assert continued_end(text, 0) == 8
    assert continued_end(text, 10) == len(text)
    assert [next_line(text, end) for end in (3, 6, 8, 12)] == [4, 8, 10, 12]


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("a\r\nb\nc\rd", "\r\n\n\r", id="all three"),
        pytest.param("a\r\n", "\r\n", id="one of two characters"),
        pytest.param("a\rb\nc\rd\ne", "\r \n\r \n", id="two that would be one"),
    ],
)
def test_a_blanked_text_has_as_many_lines(text: str, blank: str) -> None:
    assert blanked(text) == blank


def test_the_first_code_is_after_blank_lines_and_space() -> None:
    assert first_code(" \n\t\r\n  x", 0) == 7
    assert first_code("x\n\ny", 2) == 3
    assert first_code("x\n \n", 2) == 4
    assert after_blanks(" \t", 0) == 2


@pytest.mark.parametrize(
    ("text", "result"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("x\n  y\n", "x\n  y\n", id="not indented"),
        pytest.param("  x\n    y\n\n", "x\n  y\n\n", id="indented as a whole"),
        pytest.param("  # c\nx\n", "  # c\nx\n", id="only the first line indented"),
        pytest.param("  x\n\ty\n", "  x\n\ty\n", id="indented in two manners"),
        pytest.param("\n\t x\r\n\t  y\r", "\nx\r\n y\r", id="indented by tabs, with other line ends"),
        pytest.param(">>> x\n... y\n...\nz", "x\ny\n\nz", id="prompts of Python"),
        pytest.param("  >>> x\n  >>>\n", "x\n\n", id="indented prompts of Python"),
        pytest.param(">>>x", ">>>x", id="no prompt without a space"),
        pytest.param("x\n>>> y", "x\n>>> y", id="a prompt that is not on the first line"),
        pytest.param("In [12]: x\n    ...: y\n   ....:\n", "x\ny\n\n", id="prompts of IPython"),
        pytest.param("... x", "... x", id="an ellipsis"),
        pytest.param(">>> x\r>>> \n>>> y", "x\r \ny", id="a prompt between two line ends"),
    ],
)
def test_common_indentation_and_prompts_are_taken_away(text: str, result: str) -> None:
    assert cleaned(text) == result
