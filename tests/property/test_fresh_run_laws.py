"""A trial is what a fresh run of the whole template with the drawn values in place would be.

The programs are those of `trial_programs`; trials run as a worker runs them, each with a folder. With ``HYPERTEMPLATE_LAW=analysis``
the compiler is on its own: what runs is then no more than its program, without what a worker puts back.
"""

from __future__ import annotations

import contextlib
import decimal  # noqa: F401 - its settings, and those of NumPy, are put back if it is loaded
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np  # noqa: F401
import pytest
from hypothesis import event, given, reject, settings
from hypothesis import strategies as st

from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.runtime.files import file_doors, temporary_paths
from hypertemplate.runtime.files.trial_files import running
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.loaded_program import LoadedProgram, load
from hypertemplate.runtime.reuse import reused_data
from hypertemplate.runtime.seeds import notice_seeding
from hypertemplate.runtime.settings.python_settings import same_streams
from hypertemplate.runtime.settings.recorded_settings import RecordedSettings
from tests.compiler.support import cells, each_trial, source
from tests.property.data_programs import data_templates
from tests.property.indirect_snippets import INDIRECT_MODULES
from tests.property.kept_snippets import KEPT_MODULES, WRITTEN
from tests.property.main_pieces import GUARD, RUN, with_main_part
from tests.property.module_snippets import MODULES as KEEPING_MODULES
from tests.property.search_pieces import before_search
from tests.property.trial_programs import (
    ANALYSIS_ALONE,
    MARKER,
    OPTIONS,
    SHOWN,
    model_templates,
    notebooks,
    scripts,
)

pytestmark = [
    pytest.mark.property,
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # logs, and connections
]

MODULES = {**KEEPING_MODULES, **INDIRECT_MODULES, **KEPT_MODULES}
"""Text of each module that a template may import."""

BESIDE = tuple(
    Part("file", f"{name}.py", text, module=name, is_module=True) for name, text in MODULES.items()
)

KEPT_BYTES = 4_000
"""Memory for what data functions return, of which some find no room."""

rows = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=5), min_size=3, max_size=4)
"""For each of several trials the options that its markers choose, over and over."""


@pytest.fixture(autouse=True, scope="module")
def _modules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("modules")
    for name, text in MODULES.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
        yield
        forget_modules()


@pytest.fixture(autouse=True, scope="module")
def _all_is_kept() -> Iterator[None]:
    """Keeps what data functions return in no time, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reused_data, "QUICK_S", 0.0)
        patch.setattr(reused_data, "LONGER_THAN_COPY", 0.0)
        yield


@pytest.fixture(autouse=True, scope="module")
def _doors() -> Iterator[None]:
    take_out = file_doors.install()
    yield
    take_out()


def forget_modules() -> None:
    """Make this process one that has imported none of the modules, as each fresh run and worker is."""
    for name in [name for name in sys.modules if name in MODULES or name.startswith(WRITTEN)]:
        del sys.modules[name]


def fresh_run(template: Source, values: dict[tuple[int, int], int]) -> str:
    """What a run of the template, up to its own search, shows; or the type of what it raises.

    Args:
        template: the template.
        values: the option of each marker, by its part and where it begins; a marker that nothing runs has none.
    """
    namespace: dict[str, Any] = {"__name__": "fresh"}
    forget_modules()
    settings = RecordedSettings(own=False)
    try:
        with same_streams():
            return _run(template, values, namespace)
    except Exception as error:
        return type(error).__name__
    finally:
        settings.put_back()


def _run(template: Source, values: dict[tuple[int, int], int], namespace: dict[str, Any]) -> str:
    for number, part in enumerate(template.parts):
        text, ends = before_search(part.text.replace(GUARD, RUN))
        for found in reversed(list(re.finditer(re.escape(MARKER), text))):
            value = OPTIONS[values.get((number, found.start()), 0)]
            text = text[: found.start()] + str(value) + text[found.end() :]
        exec(compile(text, part.name, "exec", dont_inherit=True), namespace)
        if ends:
            break
    if "model" not in namespace:
        return _shown(namespace["loss"])
    returned = namespace["data"]() if "data" in namespace else ()
    takes = namespace["model"].__code__.co_argcount
    given = tuple(returned)[:2] if takes == 2 else (returned,) * takes
    return _shown(namespace["model"](*given))


def _shown(value: Any) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def trials(program: Program, values: list[dict[str, int]]) -> Iterator[str]:
    """What each trial shows."""
    if ANALYSIS_ALONE:
        for returned in each_trial(program, values):
            yield _shown(returned["loss"] if program.model is None else returned)
        return
    notice_no_more = notice_seeding(ImportWatcher())
    loaded: LoadedProgram | None = None
    settings = RecordedSettings(own=False)
    try:
        for number, params in enumerate(values):
            if loaded is None:
                settings.put_back()
                forget_modules()
                loaded = load(program, 0)
                loaded.reuse_data(KEPT_BYTES, bool)
            loaded.restore()
            with running(number, str(Path("model.study", "trials", f"{number:04}").absolute()), {}):
                returned = loaded.run(loaded.draws(params), 1)
            yield _shown(loaded.names["loss"] if program.model is None else returned)
            if loaded.compare(number).lasting:
                loaded = None  # another worker runs the next one
    finally:
        settings.put_back()
        notice_no_more()


@contextlib.contextmanager
def empty_folder() -> Iterator[None]:
    """A working directory that is removed at the end, in a process without open logs and temporary files."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            temporary_paths._made.clear()
            for handler in [one() for one in [*logging._handlerList]]:  # type: ignore[attr-defined]
                if isinstance(handler, logging.FileHandler) and handler.baseFilename.startswith(folder):
                    handler.close()


def with_own_modules(template: Source) -> Source:
    """The template, with the modules beside it if it imports any."""
    texts = "".join(part.text for part in template.parts)
    return replace(template, beside=BESIDE if "law_" in texts else ())


def check(template: Source, rows: list[list[int]]) -> None:
    """Every trial shows what a run of the whole template shows."""
    program = compile_source(with_own_modules(template))
    parameters = program.space.parameters
    drawn = [[row[number % len(row)] for number in range(len(parameters))] for row in rows]
    places = [(parameter.marker.part, parameter.marker.start) for parameter in parameters]
    expected = []
    for values in drawn:
        with empty_folder():
            expected.append(fresh_run(template, dict(zip(places, values, strict=True))))
    if not all(one.startswith(SHOWN) for one in expected):
        event("the program raises")
        reject()
    labels = [parameter.label for parameter in parameters]
    with empty_folder(), same_streams():
        assert list(trials(program, [dict(zip(labels, v, strict=True)) for v in drawn])) == expected


@given(scripts(), rows)
def test_trials_of_scripts(text: str, rows: list[list[int]]) -> None:
    check(source(text), rows)


@given(with_main_part(scripts()), rows)
def test_trials_of_scripts_with_a_main_part(text: str, rows: list[list[int]]) -> None:
    check(source(text), rows)


@given(model_templates(), rows)
def test_trials_of_model_functions(text: str, rows: list[list[int]]) -> None:
    check(source(text), rows)


# Each runs twice as often as others.
@settings(max_examples=settings().max_examples // 4)
@given(data_templates(), rows)
def test_trials_on_data_that_is_kept(text: str, rows: list[list[int]]) -> None:
    check(source(text), [*rows, *rows[::-1]])


@given(notebooks(), rows)
def test_trials_of_notebooks(texts: tuple[str, ...], rows: list[list[int]]) -> None:
    check(cells(*texts), rows)
