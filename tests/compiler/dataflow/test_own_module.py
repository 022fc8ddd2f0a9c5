"""Statements that reach their own module as an object, and bind its names by that."""

from __future__ import annotations

import pytest

from tests.compiler.support import TRIAL, placements, trials_and_fresh_runs

BOUND = "x = 1\n{}\ny = x + 1\nloss = y\n"


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("sys.modules[__name__].x = {{choice([10, 20])}}", id="an attribute"),
        pytest.param(
            "setattr(sys.modules[__name__], 'x', {{choice([10, 20])}})", id="an attribute by its name"
        ),
        pytest.param("sys.modules[__name__].__dict__['x'] = {{choice([10, 20])}}", id="an item of its dict"),
        pytest.param(
            "this = sys.modules[__name__]\nthis.x = {{choice([10, 20])}}", id="a name of the module"
        ),
        pytest.param("__import__(__name__).x = {{choice([10, 20])}}", id="an import of the module"),
        pytest.param(
            "importlib.import_module(__name__).x = {{choice([10, 20])}}", id="an import by a function"
        ),
    ],
)
def test_what_reads_a_name_that_a_trial_binds_on_the_module_is_trial(statement: str) -> None:
    placed = placements(f"import importlib, sys\n{BOUND.format(statement)}")
    assert placed[-3:] == [TRIAL] * 3


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("struct.pack_into('B', held, 0, {{choice([10, 20, 30])}})", id="bytes that are packed"),
        pytest.param("struct.Struct('B').pack_into(held, 0, {{choice([10, 20, 30])}})", id="by an object"),
    ],
)
def test_a_buffer_that_is_written_to_is_made_anew(change: str) -> None:
    text = f"import struct\nheld = bytearray(2)\n{change}\nloss = [held[0] + len(held)]\n"
    given, fresh = trials_and_fresh_runs(text)
    assert given == fresh
