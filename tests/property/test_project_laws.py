"""A trial of a project is what a fresh run is of all its files with the drawn values in place."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, reject, settings
from hypothesis import strategies as st

from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.errors import CompileError
from hypertemplate.frontend import read_template
from hypertemplate.frontend.project_modules import with_modules
from hypertemplate.runtime.loaded_program import LoadedProgram, load
from tests.compiler.support import CHOICE
from tests.property.project_programs import Project, projects

pytestmark = pytest.mark.property

MODULES = ("law_nets", "law_steps")
rows = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=5), min_size=3, max_size=4)


@contextlib.contextmanager
def folder_of(files: Project) -> Iterator[Path]:
    """A folder with files that is the working directory and the first on the path, in a process without modules."""
    before, path, finders = Path.cwd(), [*sys.path], [*sys.meta_path]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text)
        os.chdir(folder)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        forget()
        try:
            yield Path(folder)
        finally:
            os.chdir(before)
            sys.path[:], sys.meta_path[:] = path, finders
            forget()


def forget() -> None:
    for name in MODULES:
        sys.modules.pop(name, None)


def fresh_run(files: Project) -> str:
    """What a run of a project shows; or the type of what it raises."""
    namespace: dict[str, Any] = {"__name__": "fresh"}
    with folder_of(files):
        try:
            exec(compile(files["law_main.py"], "law_main.py", "exec", dont_inherit=True), namespace)
            return shown(namespace["loss"])
        except Exception as error:
            return type(error).__name__


def shown(value: Any) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def trials(program: Program, values: list[dict[str, int]]) -> Iterator[str]:
    loaded: LoadedProgram | None = None
    for number, params in enumerate(values):
        if loaded is None:
            forget()
            loaded = load(program, 0)
        loaded.restore()
        loaded.run(loaded.draws(params), 1)
        yield shown(loaded.names["loss"])
        if loaded.compare(number).lasting:
            loaded = None  # another worker runs the next one


def in_place(files: Project, program: Program, values: list[int]) -> Project:
    """The files with the values of a trial; a marker that nothing runs has the first option."""
    texts = dict(files)
    names = {part.name: number for number, part in enumerate(program.source.parts)}
    options = dict(zip((p.marker for p in program.space.parameters), values, strict=True))
    for name, text in files.items():
        spans = {marker.start: value for marker, value in options.items() if marker.part == names.get(name)}
        places = [found.start() for found in re.finditer(re.escape(CHOICE), text)]
        for start in reversed(places):
            value = (10, 20, 30)[spans.get(start, 0)]
            texts[name] = texts[name][:start] + str(value) + texts[name][start + len(CHOICE) :]
    return texts


# A project takes four times as long as a template.
@settings(max_examples=settings().max_examples // 4)
@given(projects(), rows)
def test_trials_of_projects(files: Project, rows: list[list[int]]) -> None:
    with folder_of(files):
        try:
            program = compile_source(with_modules(read_template("law_main.py").source))
        except CompileError:
            event("nothing is searched, or a name is not there")
            reject()
        count = len(program.space.parameters)
        drawn = [[row[number % len(row)] for number in range(count)] for row in rows]
        expected = [fresh_run(in_place(files, program, values)) for values in drawn]
        if not all(one.startswith("[") for one in expected):
            event("the program raises")
            reject()
        forget()
        labels = [parameter.label for parameter in program.space.parameters]
        assert list(trials(program, [dict(zip(labels, v, strict=True)) for v in drawn])) == expected
