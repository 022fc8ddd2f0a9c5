from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.compiler.syntax.source import NEWLINE
from hypertemplate.frontend.notebook.magics import Note, plain_cell

CASES = sorted((Path(__file__).parents[2] / "cases" / "magics").glob("*.txt"))
BROKEN = ("does-not-parse", "never-closed", "both-spellings", "lost-assignments")


def sections(path: Path) -> dict[str, str]:
    """A case: its cell, the Python that it becomes, and a line for each note."""
    _, *pieces = re.split(r"^---- (\w+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


def shown(note: Note) -> str:
    """A note on one line; an exclamation mark stands after the kind of one that matters."""
    help = f"; {note.help}" if note.help else ""
    return f"{note.line}: {note.kind}{'!' if note.matters else ''}: {note.text}{help}\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem.replace("-", " "))
def test_a_cell_becomes_python(path: Path) -> None:
    case = sections(path)
    plain = plain_cell(case["cell"])
    assert plain.text == case["python"]
    assert "".join(map(shown, plain.notes)) == case["notes"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem.replace("-", " "))
def test_what_a_cell_becomes_parses_and_has_no_magics_left(path: Path) -> None:
    plain = plain_cell(sections(path)["cell"])
    if path.stem in BROKEN:
        with pytest.raises(SyntaxError):
            ast.parse(plain.text)
    else:
        ast.parse(plain.text)
        assert plain_cell(plain.text).text == plain.text
        assert plain_cell(plain.text).notes == ()


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        pytest.param("", "", id="an empty cell"),
        pytest.param(" \n\t\r\n\f", " \n\t\r\n\f", id="a cell of space"),
        pytest.param("%time", "", id="a magic and no line end"),
        pytest.param("%", "", id="a percent sign"),
        pytest.param("%%", "", id="two percent signs"),
        pytest.param("!", "", id="an exclamation mark"),
        pytest.param("?", "", id="a question mark"),
        pytest.param("% matplotlib inline\nx", "\nx", id="a space after the percent sign"),
        pytest.param("x\r!ls\r\n%pwd\ry\r", "x\r\r\n\ry\r", id="all three line ends"),
        pytest.param("!a \\\r\n b \\\r c\nx", "\r\n\r \nx", id="a command over lines with other ends"),
        pytest.param("x\r!ls\ny", "x\r \ny", id="a command between two line ends that would be one"),
        pytest.param("x\r!a \\\n b\ny", "x\r \n\ny", id="two lines between those"),
        pytest.param("\r \n%%time\r%%time\nx", "\r \n\r \nx", id="cell magics between those"),
        pytest.param("!a \\\n\nx", "\n\nx", id="a command continued by a blank line"),
        pytest.param("!a \\", "", id="a command continued by nothing"),
        pytest.param("!a \\ \nx", "\nx", id="a backslash before space joins nothing"),
        pytest.param("!echo it's (\nx", "\nx", id="quotes and brackets of the shell"),
        pytest.param("x = 1 # don't\n!ls\n", "x = 1 # don't\n\n", id="a quote in a comment"),
        pytest.param("'a\u2028%time'\n!ls", "'a\u2028%time'\n", id="a character that ends no line"),
        pytest.param("\u2028%time", "\u2028%time", id="a character that is no space"),
        pytest.param("%time x = f() \\\n + 1\n", "pass; x = f() \\\n + 1\n", id="a statement joined"),
        pytest.param("%time \\\nf()\n", "pass; \\\nf()\n", id="a statement on the next line"),
        pytest.param("%time # later\nx", "\nx", id="a comment for a statement"),
        pytest.param("%time x?\n", "\n", id="a question for a statement"),
        pytest.param("%time x = !ls\n", "\n", id="a shell command's value for a statement"),
        pytest.param("%time %env A=1\n", "import os; os.environ.update({'A': '1'})\n", id="nested, kept"),
        pytest.param("%time %run a\n", "\n", id="nested, left out"),
        pytest.param("if a:\n  %time !ls\n", "if a:\n  pass\n", id="nested in a block"),
        pytest.param("%cd a \\\n  b\nx", "import os; os.chdir('a b')\n\nx", id="a folder over two lines"),
        pytest.param("x = %time f(\n1)\ny?", "x =       f(\n1)\n", id="a timed value over lines"),
        pytest.param("x = %time !ls", "", id="a shell command's value, timed"),
        pytest.param("%%time\n", "\n", id="an empty timed cell"),
        pytest.param("%%time\n\n  %%timeit -n 1\n  !ls\n  x", "\n\n\n\nx", id="a cell in a cell"),
        pytest.param("%%timeit if a: b\nx", "if a: b\nx", id="a compound set-up"),
        pytest.param("%%capture \\\nx", "\nx", id="a cell magic is one line"),
        pytest.param("%%time?\nx", "\nx", id="a question about a cell magic"),
        pytest.param("x\n%%time\ny", "x\n\ny", id="a cell magic that is not at the top"),
        pytest.param("# c\n%%bash\nx", "# c\n\nx", id="a cell magic after a comment"),
        pytest.param("if a:\n!ls\nx", "if a:\n\nx", id="a block that was never there"),
        pytest.param("if a:\n  !ls\n\n  # c\n\nx", "if a:\n  pass\n\n  # c\n\nx", id="space in a block"),
        pytest.param("if a:\n  !ls\n  if b:\n    !ls", "if a:\n\n  if b:\n    pass", id="a block in one"),
        pytest.param("if a:\n\t!ls \\\n\t b\nx", "if a:\n\tpass\n\nx", id="a command over lines in a block"),
        pytest.param("if a:\n  x.y: b = !ls", "if a:\n  pass", id="a lost attribute in a block"),
        pytest.param("f(a,\nb)?\nx", "f(a,\nb)?\nx", id="a question over two lines"),
        pytest.param("'''\nwhat?", "'''\nwhat?", id="a question in an open string"),
        pytest.param(
            "%env A=b  # why?", "import os; os.environ.update({'A': 'b  # why?'})", id="no question"
        ),
        pytest.param("<<choice([1])>>", "<<choice([1])>>", id="a marker"),
    ],
)
def test_a_cell_keeps_its_lines(cell: str, python: str) -> None:
    assert plain_cell(cell).text == python
    assert NEWLINE.findall(python) == NEWLINE.findall(cell)


def test_a_long_line_is_cut_in_its_note() -> None:
    (note,) = plain_cell(f"!pip install {'x' * 100}").notes
    assert note.text == f"!pip install {'x' * 44}... is left out"


def test_many_magics_on_one_line_need_no_deep_stack() -> None:
    assert plain_cell("%time " * 5000 + "x").text.split() == ["pass;", "x"]


FRAGMENTS = (
    *(
        "%time ",
        "%%time\n",
        "%%capture\n",
        "%%bash\n",
        "%run a",
        "%cd b",
        "%env A=b",
        "!ls",
        "?",
        "%",
        "x = ",
        "=",
        " ",
    ),
    *(
        "if a:",
        "else:",
        "def f():",
        "\n",
        "\n",
        "\n    ",
        "\n\t",
        "\r",
        "\r\n",
        "\\\n",
        "\\",
        "'",
        '"',
        "'''",
        '"""',
    ),
    *(
        "(",
        ")",
        "[",
        "{",
        "}",
        "{{uniform(0, 1)}}",
        "<<choice([1])>>",
        "#",
        ";",
        ":",
        ">>> ",
        "In [1]: ",
        "\u2028",
        "\f",
    ),
)


@pytest.mark.property
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))
def test_no_cell_loses_or_gains_a_line(cell: str) -> None:
    plain = plain_cell(cell)
    assert NEWLINE.findall(plain.text) == NEWLINE.findall(cell)
    assert all(1 <= note.line <= 1 + len(NEWLINE.findall(cell)) for note in plain.notes)


@pytest.mark.property
@given(st.lists(st.sampled_from(["x = 1", "!ls", "%pwd", "if a:", "    !ls", "    y", "else:", "", "  # c"])))
def test_a_cell_that_ipython_can_run_parses(lines: list[str]) -> None:
    called = [re.sub(r"[!%]\w+", "ip()", line) for line in lines]
    try:
        ast.parse("\n".join(called))
    except SyntaxError:
        return
    ast.parse(plain_cell("\n".join(lines)).text)
