"""Edits of a template: what differs between two versions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.compiler.edits.changes import Changed, Edits
from hypertemplate.compiler.edits.source_edits import edits_between
from hypertemplate.errors import CompileError
from tests.compiler.support import source

MODEL = "def model():\n    return {{uniform(0, 1, name='x')}} + {{choice([1, 2], name='n')}}\n"


def edits(before: str, after: str) -> Edits:
    return edits_between(source(before), source(after), model=None, data=None)


def test_comments_and_layout_are_no_edits() -> None:
    found = edits(MODEL, f"# A comment.\n{MODEL}")
    assert [(pair.before, pair.after) for pair in found.markers] == [("x", "x"), ("n", "n")]
    assert found == replace(found, changed=(), marked=(), unmarked=())


def test_a_version_that_no_longer_compiles_leaves_out_all_trials() -> None:
    assert edits("def model(:\n", MODEL).changed == (Changed("the earlier version no longer compiles"),)


def test_a_present_version_with_errors_is_one() -> None:
    with pytest.raises(CompileError):
        edits(MODEL, "def model(:\n")
