"""Whole templates with what the compiler makes of them, each a file under ``tests/cases``.

A file holds a template, a line ``# output``, and what is expected. In ``programs`` that is how data and
model meet, the parameters, and each top-level statement: its line, when it runs and why, and its text with
the markers rewritten, indented. In ``errors`` it is every diagnostic as people see it. Adding a case is
adding a file: write the template; ``make golden`` writes what follows ``# output`` in every file. Read what
it wrote: the compiler does not know what is right.
Python's own words for syntax errors differ between its versions and have no place in these files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compiler.golden import shown
from tests.compiler.support import findings, source

CASES = Path(__file__).parent.parent / "cases"
OUTPUT = "\n# output\n"
ERRORS = [path for path in sorted(CASES.glob("errors/*.py")) if not path.stem.endswith(".fixed")]


def check(path: Path, made: Callable[[str], str]) -> None:
    """Compare what is made of a file's template with what the file says, or write it there."""
    template, separator, expected = path.read_text(encoding="utf-8").partition(OUTPUT)
    template = template.rstrip("\n") + "\n"
    result = made(template) + "\n"
    if os.environ.get("HYPERTEMPLATE_GOLDEN"):
        path.write_text(template + OUTPUT + result, encoding="utf-8")
        return
    assert separator, f"{path} has no line '# output'; see the docstring of {__name__}"
    assert result == expected


@pytest.mark.parametrize("path", sorted(CASES.glob("programs/*.py")), ids=lambda path: path.stem)
def test_a_program(path: Path) -> None:
    check(path, lambda template: "\n".join(shown(source(template))))


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_diagnostics(path: Path) -> None:
    check(path, findings)
