"""Whole templates with what the compiler makes of them, each a file under ``tests/cases``.

A file holds a template, a line ``# output``, and what is expected. In ``programs`` that is how data and
model meet, the parameters, and each top-level statement: its line, when it runs and why, and its text with
the markers rewritten, indented. In ``errors`` it is every diagnostic as people see it. Adding a case is
adding a file: write the template, then

    HYPERTEMPLATE_GOLDEN=1 pytest tests/compiler/test_golden.py

writes what follows ``# output`` in every file. Read what it wrote: the compiler does not know what is right.
Python's own words for syntax errors differ between its versions and have no place in these files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hypertemplate.compiler import explain
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.source import position
from hypertemplate.compiler.space import Parameter
from tests.compiler.support import compiled, findings, source

CASES = Path(__file__).parent.parent / "cases"
OUTPUT = "\n# output\n"


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
    check(path, lambda template: "\n".join(shown(template)))


@pytest.mark.parametrize("path", sorted(CASES.glob("errors/*.py")), ids=lambda path: path.stem)
def test_diagnostics(path: Path) -> None:
    check(path, findings)


def shown(template: str) -> Iterator[str]:
    """A program as text."""
    program = compiled(template)
    meeting = " ".join(map(str, (program.join.how, *program.join.names, program.join.count or "")))
    when = (
        ""
        if program.data is None
        else f", {program.data} in {'each trial' if program.data_per_trial else 'setup'}"
    )
    yield f"{program.model}{when}, joined: {meeting.strip()}"
    if program.warnings:
        yield findings(template)
    yield from map(parameter_line, program.space.parameters)
    statements = iter(program.parts[0].statements)
    for one in explain(source(template)):
        line = position(template, one.span.start).line
        future = template[one.span.start :].startswith("from __future__")
        yield f"line {line}, {'flags' if future else one.placement.value}: {one.reason}"
        if one.placement is not Placement.LEFT_OUT and not future:
            statement = next(statements)
            assert (statement.line, statement.placement) == (line, one.placement)
            yield from ("    " + text if text else "" for text in statement.text.split("\n"))
    assert next(statements, None) is None


def parameter_line(parameter: Parameter) -> str:
    """``label: distribution(arguments) [options]``, and for an inner one where it stands."""
    arguments = ", ".join(f"{one.name}={one.text}" for one in parameter.arguments)
    options = ""
    if parameter.options is not None:
        options = f" [{', '.join(one.text for one in parameter.options)}]"
    inside = "" if parameter.parent is None else f" in option {parameter.parent[1]} of {parameter.parent[0]}"
    return f"{parameter.label}: {parameter.distribution}({arguments}){options}{inside}"
