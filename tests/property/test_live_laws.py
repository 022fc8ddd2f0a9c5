"""A trial of code in memory is what a fresh run of all of it would be, and what ran does not run again.

The programs are those of `trial_programs`. They run first as cells do after ``%load_ext hypertemplate``: each
marker has its default. Then their model function is searched, or the rest of a script as a cell below ``%%tune``.
"""

from __future__ import annotations

import ast
import itertools
import linecache
import re
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import pytest
from hypothesis import event, given, reject, settings
from hypothesis import strategies as st

from hypertemplate.api.prepared import Prepared, from_functions, from_text
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.emit.defaults import with_defaults
from hypertemplate.compiler.syntax.source import Part
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.runtime.loaded_program import load
from hypertemplate.runtime.reuse import reused_data
from tests.compiler.support import source
from tests.property.data_programs import data_templates
from tests.property.test_fresh_run_laws import empty_folder, fresh_run, rows
from tests.property.trial_programs import (
    HEAD,
    LISTS,
    MARKER,
    OPTIONS,
    SHOWN,
    kinds_without,
    model_templates,
    scripts,
)

pytestmark = pytest.mark.property

EXAMPLES = (settings.default or settings()).max_examples // 3
"""Fewer than of other laws, since each is compiled and runs in two ways."""

ELSEWHERE = re.compile(r"\bimport |\bos\.|json\.|Path\(|open\(")
"""What may have state in files, modules, generators and settings: other laws are about that."""

KINDS = kinds_without(ELSEWHERE)

_numbers = itertools.count()


def _shown(value: Any) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def ran(text: str) -> ModuleType:
    """A module of a text that has run, each marker with its default; its source can be read."""
    name = f"live_{next(_numbers)}"
    file = f"<{name}>"
    module = ModuleType(name)
    module.__file__ = f"/home/user/{name}.py"
    sys.modules[name] = module
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    try:
        exec(
            compile(with_defaults(Part("history", file, text)), file, "exec", dont_inherit=True), vars(module)
        )
    except (Exception, SystemExit):
        event("the program raises, or ends")
        reject()
    return module


def trials(
    prepared: Prepared, values: list[list[int]], kept_bytes: int = 0
) -> Iterator[tuple[dict[tuple[int, int], int], str]]:
    """For each trial its values by the place of the marker, and what it shows."""
    try:
        program = prepared.compile(here=True)
    except (CompileError, UsageError) as error:
        event("it is refused: " + str(error).partition("error ")[2][:5])
        reject()
    if any(one.code is Code.RAN for one in program.warnings):
        event("it is warned of")
        reject()
    loaded = load(program, 0, prepared.values, own=True)
    loaded.reuse_data(kept_bytes, bool)
    parameters = program.space.parameters
    try:
        for row in values:
            drawn = [row[number % len(row)] for number in range(len(parameters))]
            labels = {one.label: value for one, value in zip(parameters, drawn, strict=True)}
            loaded.restore()
            returned = loaded.run(loaded.draws(labels), 1)
            shown = _shown(loaded.names["loss"] if program.model is None else returned)
            places = [(one.marker.part, one.marker.start) for one in parameters]
            yield dict(zip(places, drawn, strict=True)), shown
            if loaded.compare(0).lasting:
                event("the search ends")
                return
    finally:
        loaded.close()


def state_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The user's lists, and other objects."""
    return {name: _shown(values[name]) for name in LISTS}


@settings(max_examples=EXAMPLES)
@given(model_templates(KINDS, in_memory=True), rows)
def test_trials_of_functions_in_memory(text: str, rows: list[list[int]]) -> None:
    if ELSEWHERE.search(text.removeprefix(HEAD)) or not fresh_run(source(text), {}).startswith(SHOWN):
        event("the program raises, or has state elsewhere")
        reject()
    if "yield" in text and re.search(r"global [^\n]*\b[a-d]\b", text):
        event("a generator in memory has the user's names, and not those that a trial rebinds")
        reject()
    module = ran(text)
    before = state_of(vars(module))
    prepared = from_functions(module.model, getattr(module, "data", None))
    for places, shown in trials(prepared, rows):
        assert shown == fresh_run(source(text), places)
    if "data" not in vars(module):
        assert state_of(vars(module)) == before


@settings(max_examples=EXAMPLES // 2)
@given(data_templates(), rows)
def test_trials_on_data_that_is_kept(text: str, rows: list[list[int]]) -> None:
    if "np.save" in text:
        event("only a worker sees what is written")
        reject()
    found = []
    with pytest.MonkeyPatch.context() as patch, empty_folder():
        patch.setattr(reused_data, "QUICK_S", 0.0)
        patch.setattr(reused_data, "LONGER_THAN_COPY", 0.0)
        for kept_bytes in (1 << 16, 0):
            module = ran(text)
            prepared = from_functions(module.model, module.data)
            found.append(list(trials(prepared, [*rows, *rows[::-1]], kept_bytes)))
    assert found[0] == found[1]


@st.composite
def cells(draw: st.DrawFn) -> tuple[str, str]:
    """A script that has run up to a statement, and the rest of it."""
    text = draw(scripts(KINDS))
    starts = [
        min([n.lineno, *(d.lineno for d in getattr(n, "decorator_list", ()))]) for n in ast.parse(text).body
    ]
    lines = text.splitlines(keepends=True)
    cut = draw(st.sampled_from(starts[HEAD.count("\n") :])) - 1
    return "".join(lines[:cut]).replace(MARKER, str(OPTIONS[0])), "".join(lines[cut:])


@settings(max_examples=EXAMPLES)
@given(cells(), rows)
def test_trials_of_a_cell_over_memory(texts: tuple[str, str], rows: list[list[int]]) -> None:
    earlier, cell = texts
    if ELSEWHERE.search(earlier.removeprefix(HEAD) + cell):
        reject()
    module = ran(earlier)
    before = state_of(vars(module))
    prepared = from_text(cell, "In [2]", {n: v for n, v in vars(module).items() if not n.startswith("__")})
    start = len(earlier)
    for places, shown in trials(prepared, rows):
        whole = {(0, start + place): value for (_, place), value in places.items()}
        assert shown == fresh_run(source(earlier + cell), whole)
    assert state_of(vars(module)) == before
