from __future__ import annotations

import unicodedata
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.compiler import compile_source, explain, render_program
from hypertemplate.compiler.diagnostics import render_all
from hypertemplate.errors import CompileError
from tests.compiler.support import source
from tests.property.strategies import broken_templates, soups, texts

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


@given(soups | broken_templates())
def test_a_text_is_explained_or_has_diagnostics(text: str) -> None:
    try:
        explained = explain(source(text))
    except CompileError as error:
        assert error.diagnostics
    else:
        assert all(one.reason for one in explained)
