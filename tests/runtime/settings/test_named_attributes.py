"""What the user's functions set on installed modules, wherever these functions are: as it was before each trial."""

from __future__ import annotations

import linecache
import re
import string
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from hypertemplate.api.prepared import from_functions, from_text
from hypertemplate.compiler.emit.defaults import with_defaults
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part
from hypertemplate.runtime.loaded_program import load
from tests.compiler.support import compiled, source

pytestmark = pytest.mark.usefixtures("loading")

ADDED = "string.added = getattr(string, 'added', 0) + x"

SHIFT = f"import string\ndef shift(x):\n    {ADDED}\n"

FUNCTIONS = [
    pytest.param(f"{ADDED}", "string.added", id="an attribute of a module"),
    pytest.param("string.digits += str(x)", "len(string.digits)", id="one that the module has"),
    pytest.param("setattr(string, 'added', getattr(string, 'added', 0) + x)", "string.added", id="by a text"),
    pytest.param(
        "vars(string)['added'] = vars(string).get('added', 0) + x", "string.added", id="in its names"
    ),
    pytest.param(
        "module = string\n    module.added = getattr(module, 'added', 0) + x",
        "string.added",
        id="through another name",
    ),
    pytest.param(
        "module = sys.modules['string']\n    module.added = getattr(module, 'added', 0) + x",
        "string.added",
        id="through the table of modules",
    ),
    pytest.param("builtins.added = getattr(builtins, 'added', 0) + x", "builtins.added", id="a builtin"),
    pytest.param(
        "xml.dom.domreg.added = getattr(xml.dom.domreg, 'added', 0) + x",
        "xml.dom.domreg.added",
        id="of a module in a package",
    ),
    pytest.param(
        "string.Formatter.added = getattr(string.Formatter, 'added', 0) + x",
        "string.Formatter.added",
        id="of a class",
    ),
    pytest.param(
        "Formatter.added = getattr(Formatter, 'added', 0) + x", "Formatter.added", id="of a class by its name"
    ),
    pytest.param(
        "string.capwords.added = getattr(string.capwords, 'added', 0) + x",
        "string.capwords.added",
        id="of a function",
    ),
    pytest.param(
        "xml.dom.domreg.registered[x] = 1; xml.dom.domreg.registered[x + 1] = 1",
        "len(xml.dom.domreg.registered)",
        id="an item of a dict",
    ),
    pytest.param(
        "xml.dom.domreg.registered.update({f'n{len(xml.dom.domreg.registered)}': x})",
        "len(xml.dom.domreg.registered)",
        id="a dict that a method changes",
    ),
    pytest.param("string.rows.append(x)", "len(string.rows)", id="a list that the user has put there"),
    pytest.param(
        "string.seen.add(len(string.seen))", "len(string.seen)", id="a set that the user has put there"
    ),
    pytest.param("Holder.put(x)", "string.added", id="in a method of a class"),
    pytest.param("Holder.put_all(x)", "string.added", id="in a method of the class"),
    pytest.param("Holder().added = x", "string.added", id="in a property"),
    pytest.param(
        "string.added = getattr(string, 'added', 0) + x\n    del string.digits", "string.added", id="one gone"
    ),
]

HEAD = f"""\
import builtins, string, sys, xml.dom.domreg
from string import Formatter
string.rows, string.seen = [], set()
class Holder:
    @staticmethod
    def put(x):
        {ADDED}
    @classmethod
    def put_all(cls, x):
        {ADDED}
    @property
    def added(self):
        return 0
    @added.setter
    def added(self, x):
        {ADDED}
"""


@pytest.fixture(autouse=True)
def modules_are_as_before() -> Iterator[None]:
    before = {**vars(string)}
    yield
    vars(string).clear()
    vars(string).update(before)


def shown(program: Program, values: dict[str, object], *, own: bool) -> list[str]:
    """What three trials with the same value show."""
    loaded = load(program, 0, values, own=own)
    found = []
    for number in range(3):
        loaded.restore()
        returned = loaded.run(loaded.draws({program.space.parameters[0].label: 3}), 1)
        found.append(repr(loaded.names["loss"] if program.model is None else returned))
        loaded.compare(number)
    loaded.close()
    return found


def in_memory(text: str) -> ModuleType:
    """A module of a text that has run, as the cells of a notebook have."""
    module = ModuleType("cells_of_this_test")
    module.__file__ = "/home/user/cells_of_this_test.py"
    sys.modules[module.__name__] = module
    linecache.cache["<cells>"] = (len(text), None, text.splitlines(keepends=True), "<cells>")
    exec(compile(with_defaults(Part("history", "<cells>", text)), "<cells>", "exec"), vars(module))
    return module


@pytest.mark.parametrize(("body", "read"), FUNCTIONS)
def test_what_a_function_of_another_cell_sets_does_not_go_from_trial_to_trial(body: str, read: str) -> None:
    text = (
        f"{HEAD}def shift(x):\n    {body}\ndef model():\n    shift({{{{randint(9)}}}})\n    return {read}\n"
    )
    program = from_functions(in_memory(text).model)
    first, *rest = shown(program.compile(here=True), dict(program.values), own=True)
    assert rest == [first, first]


@pytest.mark.parametrize(("body", "read"), FUNCTIONS[::3])
def test_what_a_function_sets_for_a_cell_under_tune(body: str, read: str) -> None:
    names = vars(in_memory(f"{HEAD}def shift(x):\n    {body}\n"))
    cell = f"x = shift({{{{randint(9)}}}})\nloss = [x, {read}]\n"
    program = from_text(cell, "In [2]", {name: one for name, one in names.items() if name[:2] != "__"})
    first, *rest = shown(program.compile(here=True), dict(program.values), own=True)
    assert rest == [first, first]


@pytest.mark.parametrize(("body", "read"), FUNCTIONS)
def test_what_a_function_of_a_script_sets(body: str, read: str) -> None:
    text = f"{HEAD}def shift(x):\n    {body}\nshift({{{{randint(9)}}}})\nloss = {read}\n"
    first, *rest = shown(compiled(text), {}, own=False)
    assert rest == [first, first]


def test_what_a_function_of_a_module_of_the_users_sets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sets_attributes.py").write_text(SHIFT)
    monkeypatch.syspath_prepend(tmp_path)
    text = "import string\nfrom sets_attributes import shift\nshift({{randint(9)}})\nloss = string.added\n"
    module = Part("file", "sets_attributes.py", SHIFT, module="sets_attributes", is_module=True)
    program = compile_source(replace(source(text), beside=(module,)))
    assert shown(program, {}, own=False) == ["3", "3", "3"]


def test_the_user_finds_what_was_there_before_the_search() -> None:
    text = f"{HEAD}def shift(x):\n    string.digits += str(x)\ndef model():\n    shift({{{{randint(9)}}}})\n    return len(string.digits)\n"
    program = from_functions(in_memory(text).model)
    shown(program.compile(here=True), dict(program.values), own=True)
    assert re.fullmatch("[0-9]{10}", string.digits)


def test_a_module_that_a_trial_imports_stays_an_attribute_of_its_package() -> None:
    text = (
        "import xml\nclass A: pass\ndef load(x):\n    A.sax = x\n    import xml.sax.saxutils\n    return xml.sax.saxutils.escape('<')\n"
        "loss = load({{randint(9)}})\n"
    )
    assert shown(compiled(text), {}, own=False) == ["'&lt;'"] * 3
