"""A function that is defined again before anything calls it: its markers are not searched."""

from __future__ import annotations

from hypertemplate.compiler.stages import compile_source
from tests.compiler.support import source

FIRST = "def f():\n    return {{uniform(0, 1)}}\n"


def test_the_markers_of_a_first_definition_that_nothing_reads_draw_a_warning() -> None:
    program = compile_source(source(FIRST + FIRST + "score = f()\n"))
    (found,) = program.warnings
    assert (found.code.value, found.span and found.span.start) == ("HT109", FIRST.index("{{"))
    assert len(program.space.parameters) == 1


def test_one_that_is_called_before_is_searched() -> None:
    program = compile_source(source(FIRST + "first = f()\n" + FIRST + "score = f() + first\n"))
    assert len(program.space.parameters) == 2
