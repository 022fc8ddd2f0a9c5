"""Functions of files that are passed as objects."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.errors import ReadError
from hypertemplate.frontend.live.live_template import Live, read_live
from tests.frontend.kernels import kernel_environment
from tests.frontend.notebooks import code, notebook, save

Load = Callable[[str, str], ModuleType]

NET = """\
import math
from hyperas.distributions import choice
SIZE = 3

def helper(x):
    return x + SIZE

def build(x):
    return {{choice([1, 2])}} * helper(x)

def load():
    return math.pi
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Writes a module into the working directory and imports it, for one test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    stub = ModuleType("hyperas.distributions")
    vars(stub)["choice"] = stub
    monkeypatch.setitem(sys.modules, "hyperas", ModuleType("hyperas"))
    monkeypatch.setitem(sys.modules, "hyperas.distributions", stub)

    def load(name: str, text: str) -> ModuleType:
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
        name = name.replace("/", ".").removesuffix(".__init__")
        monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield load
    for name, found in list(sys.modules.items()):
        if Path(getattr(found, "__file__", None) or "").is_relative_to(tmp_path):
            del sys.modules[name]


def parts(live: Live) -> dict[str, str]:
    return {part.name: part.text for part in live.read.source.parts}


def test_functions_of_a_module_are_read_from_its_file(module: Load, tmp_path: Path) -> None:
    net = module("net", NET)
    live = read_live(net.build, net.load)
    assert parts(live) == {"net.py": NET}
    (part,) = live.read.source.parts
    assert (part.kind, part.path, part.module) == ("file", "", "")
    assert (live.read.source.path, live.read.source.name) == (str(tmp_path / "net.py"), "net.py")
    assert (live.model, live.data) == ("build", "load")
    assert live.found == "model and data are read from net.py"
    assert live.read.notes == ()
    names = {"math", "choice", "SIZE", "helper", "build", "load"}
    assert live.values == {name: getattr(net, name) for name in names}


def test_the_model_alone(module: Load) -> None:
    live = read_live(module("net", NET).build)
    assert (live.model, live.data, live.found) == ("build", None, "model is read from net.py")


def test_a_file_elsewhere_is_named_by_its_path(
    module: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = module("net", NET)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert read_live(net.build).found == f"model is read from {tmp_path / 'net.py'}"


def test_markers_in_angles_are_left_as_they_are(module: Load, tmp_path: Path) -> None:
    """The file was loaded by what understands them."""
    net = module("net", NET)
    angles = NET.replace("{{", "<<").replace("}}", ">>")
    (tmp_path / "net.py").write_text(angles, encoding="utf-8")
    assert parts(read_live(net.build)) == {"net.py": angles}


DECORATED = """\
import functools
def named(function):
    @functools.wraps(function)
    def inner(*arguments):
        return function(*arguments)
    return inner
@named
@functools.lru_cache
def build(x):
    return {{choice([1, 2])}}
other = build
"""


def test_decorators_and_other_names_do_not_matter(module: Load) -> None:
    net = module("net", DECORATED)
    live = read_live(net.other)
    assert (live.model, parts(live)) == ("build", {"net.py": DECORATED})


NESTED = """\
import math

def make(size):
    '''Makes one.'''
    count = size + 1

    def build(x):
        text = '''a
        b'''
        return {{choice([1, 2])}} * size * len(text)

    def load():
        return count, later
    if size:
        return build, load
    later = 1

def load():
    return 0
"""


def test_a_function_inside_another_stands_alone_on_its_lines(module: Load) -> None:
    build, load = module("net", NESTED).make(3)
    live = read_live(build, load)
    text = NESTED.replace("        b'''", "@@").replace("\n        ", "\n    ").replace("\n    def", "\ndef")
    text = text.replace("@@", "        b'''")
    lines = text.split("\n")
    gone = [*range(2, 6), *range(13, 19)]
    expected = "\n".join("" if n in gone else line for n, line in enumerate(lines))
    assert parts(live) == {"net.py": expected}
    assert live.values["size"] == 3
    assert live.values["count"] == 4
    assert "later" not in live.values


ROWS = """\
import math
SIZE = 4
RATE = 0.5
def helper():
    return SIZE
def load():
    return helper()
"""


def test_functions_of_two_modules_are_parts(module: Load, tmp_path: Path) -> None:
    net = module(
        "net", "RATE = 0.5\ndef helper(): return 1\ndef build(x): return {{choice([1, RATE])}} * x\n"
    )
    rows = module("rows", ROWS)
    live = read_live(net.build, rows.load)
    assert parts(live) == {
        "rows.py": ROWS,
        "net.py": "RATE = 0.5\n\ndef build(x): return {{choice([1, RATE])}} * x\n",
    }
    first, last = live.read.source.parts
    assert (first.module, first.path) == ("rows", str(tmp_path / "rows.py"))
    assert (last.module, last.path, live.read.source.path) == ("", "", str(tmp_path / "net.py"))
    assert live.values["helper"] is net.helper, "the data function has the names of its own module anyway"
    assert live.found == "model is read from net.py; data is read from rows.py"


def test_relative_imports_start_from_their_package(module: Load, tmp_path: Path) -> None:
    (tmp_path / "nets").mkdir()
    module("nets/__init__", "")
    module("nets/rows", "SIZE = 4\n")
    net = module("nets/deep", "from .rows import SIZE\ndef build(x): return SIZE\n")
    live = read_live(net.build)
    assert parts(live) == {"nets/deep.py": "from .rows import SIZE\ndef build(x): return SIZE\n"}
    assert live.read.source.parts[0].package == net.__package__
    assert live.read.source.folder == str(tmp_path)
    assert live.values["SIZE"] == 4


def test_a_name_may_mean_two_things_where_nothing_is_made_anew(module: Load) -> None:
    net = module("net", "SIZE = 3\ndef build(x): return SIZE\n")
    assert read_live(net.build, module("rows", ROWS).load).values["SIZE"] == 3


MARKED = "def other(): return {{choice([1])}}\n"
"""What has a marker may be made anew for each trial, among the names of the model."""


def test_a_name_with_two_meanings_is_said(module: Load) -> None:
    net = module("net", "SIZE = 3\ndef build(x): return SIZE\n")
    rows = module("rows", ROWS + MARKED)
    with pytest.raises(ReadError) as raised:
        read_live(net.build, rows.load)
    assert str(raised.value) == (
        "'SIZE' is one thing to build (module net) and another to load (module rows); rename one of them"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("from rows import SIZE\ndef build(x): return SIZE\n", id="the same object"),
        pytest.param("SIZE = 4\ndef build(x): return SIZE\n", id="equal constants"),
        pytest.param("math = 3\ndef build(x): return math\n", id="a name that only one reaches"),
        pytest.param("def build(x): return len(x)\n", id="a builtin"),
        pytest.param("def build(x):\n    SIZE = 5\n    return SIZE\n", id="a local variable"),
    ],
)
def test_names_that_mean_the_same(module: Load, text: str) -> None:
    rows = module("rows", ROWS)
    assert read_live(module("net", text).build, rows.load).values["SIZE"] == 4


def test_names_are_followed_through_functions_and_classes(module: Load) -> None:
    net = module(
        "net", "class A:\n    def f(self): return [SIZE for _ in ()]\nSIZE = 3\ndef build(x): return A()\n"
    )
    with pytest.raises(ReadError, match="'SIZE' is one thing to build"):
        read_live(net.build, module("rows", ROWS + MARKED).load)


def test_a_further_function_of_another_module(module: Load) -> None:
    net, more = module("net", NET), module("more", "def extra(): return 1\n")
    live = read_live(net.build, functions=[more.extra, net.build])
    assert list(parts(live)) == ["more.py", "net.py"]
    assert live.values["extra"] is more.extra
    assert live.found == "model is read from net.py"


def _executed(text: str) -> Any:
    names: dict[str, Any] = {}
    exec(text, names)
    return names["model"]


def _compiled(file: str) -> Any:
    names: dict[str, Any] = {}
    exec(compile("def model(): return 1", file, "exec"), names)
    return names["model"]


HELP = "define it in a file or in a notebook's cell"


@pytest.mark.parametrize(
    ("model", "message"),
    [
        pytest.param(_executed("def model(): return 1"), f"it was made from a text; {HELP}", id="exec of a text"),
        pytest.param(_compiled("<stdin>"), f"it was typed at a prompt that keeps no source; {HELP}", id="Python's prompt"),
        pytest.param(_compiled("/gone/net.py"), f"/gone/net.py cannot be read; {HELP}", id="a file that is gone"),
    ],
)  # fmt: skip
def test_no_source_is_said(model: Any, message: str) -> None:
    with pytest.raises(ReadError) as raised:
        read_live(model)
    assert str(raised.value) == f"model: the source of 'model' cannot be found: {message}"


def test_a_prompt_that_keeps_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Python's has done since 3.13."""
    import linecache

    text = "def model(): return 1\n"
    monkeypatch.setitem(linecache.cache, "<python-input-3>", (len(text), None, [text], "<python-input-3>"))
    live = read_live(_compiled("<python-input-3>"))
    assert parts(live) == {"python-input-3": text}
    assert [part.kind for part in live.read.source.parts] == ["history"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"# A new line.\n{NET}", id="lines moved"),
        pytest.param("def build(:", id="it does not parse any more"),
    ],
)
def test_a_file_that_changed_after_it_was_loaded(module: Load, tmp_path: Path, text: str) -> None:
    net = module("net", NET)
    (tmp_path / "net.py").write_text(text, encoding="utf-8")
    with pytest.raises(ReadError) as raised:
        read_live(net.build)
    assert str(raised.value) == (
        "model: net.py has changed since 'build' was loaded from it; run it again, or reload the module"
    )


@pytest.mark.parametrize("name", ["train", "train.ipynb", "./train", "below/../train.ipynb"])
def test_a_named_notebook_gives_what_the_code_that_ran_does_not_define(
    module: Load, tmp_path: Path, name: str
) -> None:
    """The file may be older than what ran: what that defines, or changes, stands for what the file says."""
    (tmp_path / "below").mkdir()
    net = module("net", NET)
    old = "x = 1\ndef build(x):\n    return helper(y)\ny = 2"
    helper = "def helper(x):\n    return {{choice([1, 2])}} * x\nSIZE = 5\nload().clear()\nprint(y)"
    save(tmp_path, notebook(code("import os", 1), code(old, 2), code(helper), code("def f(:")))
    live = read_live(net.build, net.load, notebook_name=name)
    file = "train.ipynb" if name.startswith(("train", "./")) else name
    assert parts(live) == {
        f"{file}, cell 1 (In [1])": "import os",
        f"{file}, cell 2 (In [2])": "x = 1\n\n\ny = 2",
        f"{file}, cell 3": "\n\n\n\nprint(y)",
        f"{file}, cell 4": "def f(:",
        "net.py": NET,
    }
    assert (live.read.source.path, live.read.source.name) == (str(tmp_path / "train.ipynb"), "net.py")
    assert live.found == f"model and data are read from net.py; what is not defined there, from {file}"
    assert live.values["SIZE"] == 3


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("trian", "no notebook 'trian' was found (the working directory has a.ipynb, b.ipynb); none is needed", id="a slip"),
        pytest.param("below/train", "no notebook 'below/train' was found (below has none); none is needed", id="a folder without one"),
        pytest.param("gone/train", "no notebook 'gone/train' was found (gone has none); none is needed", id="no such folder"),
        pytest.param(".", "no notebook '.' was found (the working directory has a.ipynb, b.ipynb); none is needed", id="a folder"),
    ],
)  # fmt: skip
def test_a_notebook_that_is_not_there_is_not_needed(
    module: Load, tmp_path: Path, name: str, message: str
) -> None:
    net = module("net", NET)
    (tmp_path / "below").mkdir()
    for there in ("b.ipynb", "a.ipynb"):
        save(tmp_path, notebook(code("x")), there)
    live = read_live(net.build, notebook_name=name)
    assert parts(live) == {"net.py": NET}
    assert live.found == f"model is read from net.py; {message}"


def test_a_notebook_in_another_language(module: Load, tmp_path: Path) -> None:
    net = module("net", NET)
    save(tmp_path, notebook(code("x <- 1"), metadata={"language_info": {"name": "R"}}))
    with pytest.raises(ReadError) as raised:
        read_live(net.build, notebook_name="train")
    assert str(raised.value) == "train.ipynb: notebooks in Python are read, got one in R"


def test_functions_of_a_script(tmp_path: Path) -> None:
    save(tmp_path, ROWS, "rows.py")
    text = (
        "from rows import load\nfrom tests.frontend.kernels import show\n"
        "def build(x): return {{choice([1, 2])}}\nshow(build, load)\n"
    )
    save(tmp_path, text, "main.py")
    ran = subprocess.run(
        [sys.executable, "main.py"],
        cwd=tmp_path,
        env=kernel_environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    shown = json.loads(ran.stdout)
    assert shown["parts"] == {"rows.py": ROWS, "main.py": text}
    assert (shown["modules"], shown["path"]) == (["rows", ""], str(tmp_path / "main.py"))
    assert shown["found"] == "model is read from main.py; data is read from rows.py"
