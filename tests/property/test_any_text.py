from __future__ import annotations

import unicodedata
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.compiler.emit.program_text import render_program
from hypertemplate.compiler.stages import compile_source, explain, imported_modules
from hypertemplate.errors import CompileError
from tests.compiler.support import beside, source
from tests.compiler.support import cells as notebook
from tests.property.strategies import broken_notebooks, broken_templates, soups, texts

pytestmark = pytest.mark.property


@given(soups | texts | broken_templates(), st.sampled_from([None, "model", "x"]))
def test_a_text_compiles_or_has_diagnostics_and_nothing_else(text: str, model: str | None) -> None:
    what = source(text)
    try:
        program = compile_source(what, model=model)
    except CompileError as error:
        assert error.diagnostics
        shown = str(error)
    else:
        shown = render_all(program.warnings, what)
        assert program.space.parameters
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            compile(render_program(program), "program.py", "exec", dont_inherit=True)
    assert all(line.startswith(("model.py", "   ")) for line in shown.split("\n") if line)
    assert {unicodedata.category(c) for c in shown if c not in "\n\t"} & {"Cc", "Cf", "Cs"} == set()


@given(st.lists(soups | texts, max_size=5) | broken_notebooks())
def test_the_cells_of_a_notebook_compile_or_have_diagnostics_and_nothing_else(cells: list[str]) -> None:
    what = notebook(*cells)
    try:
        program = compile_source(what)
    except CompileError as error:
        shown = str(error)
        assert shown
    else:
        shown = render_all(program.warnings, what)
        assert len(program.parts) == len(cells)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            for part in program.parts:
                compile(part.kept, part.filename, "exec", part.flags, dont_inherit=True)
    assert all(line.startswith(("train.ipynb", "   ")) for line in shown.split("\n") if line)


@given(soups | broken_templates(), soups | broken_templates())
def test_a_file_and_one_beside_it_compile_or_have_diagnostics_and_nothing_else(main: str, here: str) -> None:
    what = beside(main, here=here)
    assert isinstance(imported_modules(what), set)
    try:
        shown = render_all(compile_source(what).warnings, what)
    except CompileError as error:
        shown = str(error)
        assert shown
    assert all(line.startswith(("main.py", "here.py", "   ")) for line in shown.split("\n") if line)


@given(soups | broken_templates())
def test_a_text_is_explained_or_has_diagnostics(text: str) -> None:
    try:
        explained = explain(source(text))
    except CompileError as error:
        assert error.diagnostics
    else:
        assert all(one.reason for one in explained)
