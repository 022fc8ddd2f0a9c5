"""Whole notebooks with what is read and compiled of them, under ``tests/cases/notebooks``.

Beside each ``.ipynb`` stands a ``.txt`` with what reading it had to say, and then what the compiler made of
it: every diagnostic where there are errors, else as in ``tests/compiler/test_golden.py``. Adding a case is
adding a notebook; ``make golden`` writes every ``.txt``. Read what it wrote.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.errors import CompileError, ReadError
from hypertemplate.frontend import read_template
from tests.compiler.golden import shown

CASES = Path(__file__).parent.parent / "cases" / "notebooks"


@pytest.mark.parametrize("path", sorted(CASES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    result = "\n".join(_made(path.name)) + "\n"
    expected = path.with_suffix(".txt")
    if os.environ.get("HYPERTEMPLATE_GOLDEN"):
        expected.write_text(result, encoding="utf-8")
    assert result == expected.read_text(encoding="utf-8")


def _made(name: str) -> Iterator[str]:
    try:
        read = read_template(name)
    except ReadError as error:
        yield str(error)
        return
    if read.notes:
        yield render_all(read.notes, read.source)
    if read.dropped:
        yield read.dropped
    try:
        yield from shown(read.source)
    except CompileError as error:
        yield str(error)
