"""Markers in comments and in braces: one template in two spellings is one program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Severity
from hypertemplate.compiler.emit.fingerprint import tokens
from hypertemplate.compiler.markers.grammar import CHOICES
from hypertemplate.compiler.markers.marker import find_markers
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source, explain
from hypertemplate.errors import CompileError
from tests.compiler.support import run_trials, source, tree
from tests.property.strategies import CONTEXTS, EPILOGUE, HOLE, LINE_ENDS, PROLOGUE

pytestmark = pytest.mark.property

CALLS = (
    *(("uniform(0, 1{})", value) for value in ("0.125", "-1", "+0.5", "7")),
    ("uniform(1e-3, LIMIT, log=True{})", "0.125"),
    ("hp.qloguniform(0, 4, 1{}, name='größe')", "2"),
    ("choice(['é', 'a' 'b', None, 7.5]{})", "'é'"),
    ("choice(['é', 'a' 'b', None, 7.5]{})", "'ab'"),
    ("choice([{{'a': {{1}}}}, [1, [2]]]{})", "[1, [2]]"),
    ("choice([len, lambda z: z, print]{})", "lambda z: z"),
    ("choice([[2.5, uniform(0, 1)], [normal(0, 1), choice(['#', ';'])]]{})", "[0.5, ';']"),
    ("pchoice([(0.25, 'x'), (0.75, (3, 'x'))]{})", "(3, 'x')"),
    ("choice(SIZES{})", "2"),
)
"""Calls with a place for their default, each with a default."""

END = EPILOGUE.replace(HOLE, "{{randint(3)}}")

SINGLE = tuple(one for one in CONTEXTS if "\\\n" not in one and "f'" not in one)


@dataclass(frozen=True)
class Spelled:
    """A template in two spellings."""

    braces: str
    comments: str


@st.composite
def spelled(draw: st.DrawFn) -> Spelled:
    """A template with at most one marker on a line."""
    ending = draw(st.sampled_from(LINE_ENDS))
    statements = draw(st.lists(st.sampled_from(SINGLE), max_size=4))
    body = "".join(f"{one.replace('№', str(number))}\n" for number, one in enumerate(statements))
    braces: list[str] = []
    comments: list[str] = []
    for line in (PROLOGUE + body + END).split("\n"):
        holes = line.count(HOLE)
        marked = draw(st.integers(0, holes)) if holes else 0
        written = line.split(HOLE)
        call, value = draw(st.sampled_from(CALLS))
        in_braces = f"({{{{{call.format(f', default={value}')}}}}})"
        fills = [(in_braces, f"({value})") if n == marked else ("(LIMIT)",) * 2 for n in range(1, holes + 1)]
        for texts, place in ((braces, 0), (comments, 1)):
            rest = [fill[place] + piece for fill, piece in zip(fills, written[1:], strict=True)]
            comment = f"  # tune: {call.format('')}" if place and marked else ""
            texts.append("".join([written[0], *rest, comment]))
    return Spelled(ending.join(braces), ending.join(comments))


def compiled(text: str) -> Program | None:
    """The program of a text; None where a comment says of none of several values which it is for."""
    try:
        return compile_source(source(text))
    except CompileError as error:
        errors = {found.code for found in error.diagnostics if found.severity is Severity.ERROR}
        assert errors == {Code.COMMENT}, error
        return None


def space(program: Program) -> list[object]:
    return [
        (
            one.label,
            one.distribution,
            [(argument.name, argument.text) for argument in one.arguments],
            one.options,
            one.parent,
            one.default and one.default.text,
            one.default_option,
        )
        for one in program.space.parameters
    ]


def placed(text: str) -> list[object]:
    return [(one.span.part, one.placement, one.reason) for one in explain(source(text))]


def statements(program: Program) -> list[object]:
    """The program's statements: their lines, when they run, their tokens, and how many lines they have."""
    return [
        (one.line, one.placement, tokens(one.text), len(one.text.splitlines()))
        for one in program.parts[0].statements
    ]


@given(spelled())
def test_both_spellings_are_one_program(template: Spelled) -> None:
    program = compiled(template.comments)
    assume(program is not None)
    assert program is not None
    other = compile_source(source(template.braces))
    assert space(program) == space(other)
    assert placed(template.comments) == placed(template.braces)
    assert statements(program) == statements(other)
    assert program.digest == other.digest


@given(st.data())
def test_both_spellings_have_the_same_trials(data: st.DataObject) -> None:
    calls = data.draw(st.lists(st.sampled_from([one for one in CALLS if "lambda" not in one[0]]), min_size=1))
    named = [(f"v{n}", call.replace("größe", f"größe {n}"), value) for n, (call, value) in enumerate(calls)]
    returned = f"    return [{', '.join(name for name, *_ in named)}]\n"
    lines = [f"    {name} = {{{{{call.format(f', default={value}')}}}}}\n" for name, call, value in named]
    braces = compile_source(source("".join([PROLOGUE, "def model():\n", *lines, returned])))
    lines = [f"    {name} = {value}  # tune: {call.format('')}\n" for name, call, value in named]
    comments = compile_source(source("".join([PROLOGUE, "def model():\n", *lines, returned])))
    numbers = st.floats(0, 1) | st.integers(0, 9)
    point = {
        one.label: data.draw(
            numbers if one.written not in CHOICES else st.integers(0, len(one.options or (1, 2)) - 1)
        )
        for one in braces.space.parameters
    }
    assert repr(run_trials(comments, [point, point])) == repr(run_trials(braces, [point, point]))


def holes_marked(context: str) -> Iterator[bool]:
    """For each hole of a context, whether a comment marks the value there."""
    pieces = context.replace("№", "1").split(HOLE)
    for hole in range(1, len(pieces)):
        fills = ["('ab')" if one == hole else "(LIMIT)" for one in range(1, len(pieces))]
        text = "".join([pieces[0], *(fill + piece for fill, piece in zip(fills, pieces[1:], strict=True))])
        lines = [
            f"{line}  # tune: choice(['ab', 'cd'])" if "'ab'" in line else line for line in text.split("\n")
        ]
        parsed = tree(PROLOGUE + "\n".join(lines) + "\n")
        places = [parsed.text[one.span.start : one.span.end] for one in find_markers(parsed)[0]]
        assert places == ([] if parsed.comments.found else ["'ab'"])
        yield bool(places)


def test_all_but_what_is_in_subscripts_and_alone_can_be_marked() -> None:
    left_out = [context for context in SINGLE if not all(holes_marked(context))]
    assert left_out == [
        "s№ = list(range(9))[int(len([§])):§:§], SIZES[§]",
        "store['a№', §] = store.a№ = §",
        "store[§] += §",
        "§[§] = §",
        "§",
    ]
