"""The tables of ``space`` and ``compile --explain``."""

from __future__ import annotations

from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.stages import Explained, compile_source, explain
from hypertemplate.compiler.syntax.source import Part, Source, Span
from hypertemplate.views.template_text import explained_lines, place, space_lines

TEXT = """\
import math
WIDTHS = [1, 2]

def model():
    a = {{uniform(high=0.5, low=0)}}
    b = {{choice(['relu',
                  'elu'])}}
    c = {{pchoice([(0.25, 1), (0.75, normal(0, 1))])}}
    d = {{choice(WIDTHS)}}
    e = {{randint(5)}}
    return a
"""


def source(text: str) -> Source:
    return Source((Part("file", "model.py", text),), path="/templates/model.py")


def test_the_space_as_a_table() -> None:
    program = compile_source(source(TEXT))
    assert space_lines(program.space, program.source) == [
        "label  distribution                                where",
        "a      uniform(0, 0.5)                             model.py:5",
        "b      choice(['relu', 'elu'])                     model.py:6",
        "c      pchoice([(0.25, 1), (0.75, normal(0, 1))])  model.py:8",
        "  c.1  normal(0, 1)                                model.py:8",
        "d      choice(WIDTHS)                              model.py:9",
        "e      randint(5)                                  model.py:10",
    ]


def test_long_calls_wrap_between_words_on_a_terminal() -> None:
    program = compile_source(source(TEXT))
    assert space_lines(program.space, program.source, 50)[3:5] == [
        "c      pchoice([(0.25, 1), (0.75,      model.py:8",
        "       normal(0, 1))])",
    ]
    assert max(map(len, space_lines(program.space, program.source, 50))) <= 50


def test_places_in_cells_are_said_in_words() -> None:
    parts = (Part("file", "a.py", "x"), Part("cell", "train.ipynb, cell 3 (In [7])", "x\ny", 3))
    cells = Source(parts, "/templates/train.ipynb", "train.ipynb")
    assert place(Span(0, 0, 1), cells) == "a.py:1"
    assert place(Span(1, 2, 3), cells) == "cell 3 (In [7]), line 2"


def test_statements_are_explained() -> None:
    long = source(TEXT.replace("[1, 2]", str(list(range(20)))))
    third = long.parts[0].text.index("def model")
    explained = (
        Explained(Span(0, 0, 11), Placement.SETUP, "no marker affects it"),
        Explained(Span(0, 12, 27), Placement.LEFT_OUT, "it calls minimize"),
        Explained(Span(0, third, third + 9), Placement.TRIAL, "contains a marker"),
    )
    assert explained_lines(explained, long)[2].startswith(f"model.py:2  WIDTHS = {list(range(20))}  left out")
    assert explained_lines(explained, long, 84) == [
        "where       statement                                 runs      why",
        "model.py:1  import math                               setup     no marker affects it",
        "model.py:2  WIDTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, ...  left out  it calls minimize",
        "model.py:4  def model():                              trial     contains a marker",
    ]


def test_on_a_terminal_reasons_go_on_below_themselves() -> None:
    reason = "it uses 'WIDTHS', which is made for each trial (line 1)"
    explained = (
        Explained(Span(0, 0, 11), Placement.SETUP, "no marker affects it"),
        Explained(Span(0, 12, 27), Placement.TRIAL, reason),
    )
    assert explained_lines(explained, source(TEXT), 60) == [
        "where       statement        runs   why",
        "model.py:1  import math      setup  no marker affects it",
        "model.py:2  WIDTHS = [1, 2]  trial  it uses 'WIDTHS', which",
        "                                    is made for each trial",
        "                                    (line 1)",
    ]


def test_in_a_notebook_all_columns_wrap_on_a_narrow_terminal() -> None:
    cells = Source(
        (Part("cell", "train.ipynb, cell 12 (In [12])", "x = 1", 3),), "train.ipynb", "train.ipynb"
    )
    reason = "it uses 'layers', which line 12 appends to, so that each trial makes it anew"
    lines = explained_lines((Explained(Span(0, 0, 5), Placement.LEFT_OUT, reason),), cells, 60)
    assert lines == [
        "where               statement  runs      why",
        "cell 12 (In [12]),  x = 1      left out  it uses 'layers',",
        "line 1                                   which line 12",
        "                                         appends to, so that",
        "                                         each trial makes it",
        "                                         anew",
    ]


def test_every_top_level_statement_is_explained() -> None:
    assert [item.placement for item in explain(source(TEXT))] == [
        Placement.LEFT_OUT,
        Placement.SETUP,
        Placement.TRIAL,
    ]
    assert len(explained_lines(explain(source(TEXT)), source(TEXT))) == 4
