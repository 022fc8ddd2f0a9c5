"""Values and imports at the edge of what the compiler compares."""

from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.dataflow.files.file_access import Access, Use, tells
from hypertemplate.compiler.dataflow.files.path_pattern import ANYTHING, pattern
from hypertemplate.compiler.dataflow.imported_state import imports_own
from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.markers.resolve import on_step
from hypertemplate.compiler.program import Placement, ProgramPart, Statement
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.literals import same_value
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.compiler.syntax.tree import parse
from hypertemplate.errors import CompileError


def test_values_are_compared_in_containers() -> None:
    assert same_value({"a": [1]}, {"a": [1.0]})
    assert not same_value({"a": [1]}, {"a": [True]})


def test_a_value_of_too_many_steps_stays() -> None:
    assert on_step(1e308, 1e-10) == 1e308


def test_an_import_of_a_module_of_the_users_runs_its_code() -> None:
    trees, _ = parse(Source((Part("file", "model.py", "import helper\nimport json\nx = 1\n"),)))
    module = build_module(trees)
    assert [imports_own(module, one) for one in module.statements if isinstance(one.node, ast.Import)] == [
        True,
        False,
    ]


def test_a_file_that_imports_by_a_name_that_only_a_run_knows_is_told_so() -> None:
    text = "import importlib, sys\nnet = importlib.import_module(sys.argv[1])\n"
    with pytest.raises(CompileError, match="imports a module whose name only a run knows"):
        compile_source(Source((Part("file", "model.py", text),)))


def test_what_writes_a_module_names_it() -> None:
    read = Access(pattern("helper.py"), Use.READS | Use.IMPORTED)
    assert not tells(Access(ANYTHING, Use.WRITES), read)
    assert tells(Access(pattern("helper.py"), Use.WRITES), read)


def test_where_data_is_put_back_its_statements_run_once() -> None:
    statements = (Statement(1, "x = [1]", Placement.KEPT), Statement(2, "y = 2", Placement.TRIAL))
    part = ProgramPart("model.py", "model.py", statements, 0)
    assert part.trial_on_kept_data.strip() == "y = 2"


def test_a_searched_cell_without_a_marker_is_told_where_markers_count() -> None:
    memory = Memory(frozenset(), ran=False)
    with pytest.raises(CompileError, match="%%tune searches this cell alone"):
        compile_source(Source((Part("history", "In [7]", "x = 1\n"),)), memory=memory)
