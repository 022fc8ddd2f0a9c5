"""Functions that a template imports from a file beside it: that file is a part of the template."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import ReadError
from hypertemplate.frontend import read_template
from hypertemplate.frontend.imported_files import with_siblings
from hypertemplate.frontend.named_modules import read_module
from tests.frontend.notebooks import code, notebook, save

NETWORK = "def build(x):\n    return {{uniform(0, 1)}} * x\n\ndef load():\n    x = 1\n    return x\n"
CALL = "from hyperas import optim\noptim.minimize(model=build, data=load)\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(name: str, model: str | None = None, data: str | None = None) -> Source:
    return with_siblings(read_template(name).source, model, data)


def names(source: Source) -> list[str]:
    return [part.name for part in source.parts]


def test_a_file_beside_comes_before_the_template(here: Path) -> None:
    save(here, NETWORK, "network.py")
    main = save(here, "from network import build, load\n" + CALL, "main.py")
    source = read("main.py")
    assert source.path == main
    network = Part("file", "network.py", NETWORK, path=str(here / "network.py"), module="network")
    assert source.parts[0] == network
    assert names(source) == ["network.py", "main.py"]
    program = compile_source(source)
    assert (program.model, program.data) == ("build", "load")
    assert program.parts[0].filename == f"{here}/./network.py"


@pytest.mark.parametrize(
    ("text", "model", "data", "parts"),
    [
        pytest.param("from network import build, load\n" + CALL, None, None, ["network.py", "main.py"], id="both of one file"),
        pytest.param("from rows import load\nfrom network import build\n" + CALL, None, None, ["network.py", "rows.py", "main.py"], id="each of its own, in the order of their names"),
        pytest.param("from rows import load\ndef build(x): ...\n" + CALL, None, None, ["rows.py", "main.py"], id="the data alone"),
        pytest.param("from network import model\n", None, None, ["network.py", "main.py"], id="a model of that name"),
        pytest.param("from network import create_model\nfrom rows import data\n", None, None, ["network.py", "rows.py", "main.py"], id="functions of those names"),
        pytest.param("from network import special\n", "special", None, ["network.py", "main.py"], id="a model that the user names"),
        pytest.param("from rows import special\ndef model(x): ...\n", None, "special", ["rows.py", "main.py"], id="data that the user names"),
        pytest.param("from nets.deep import build\n" + CALL, None, None, ["nets/deep.py", "main.py"], id="a module of a package below"),
        pytest.param("from network import other\ndef model(): ...\n", None, None, ["main.py"], id="another function is imported as ever"),
        pytest.param("from numpy import model\n", None, None, ["main.py"], id="a module that is not beside"),
        pytest.param("import network\ndef model(): ...\n", None, None, ["main.py"], id="a whole module"),
        pytest.param("from network import model\ndef f(:\n", None, None, ["main.py"], id="a template that does not parse"),
    ],
)  # fmt: skip
def test_which_files_are_read(
    here: Path, text: str, model: str | None, data: str | None, parts: list[str]
) -> None:
    (here / "nets").mkdir()
    for name in ("network.py", "rows.py", "nets/deep.py"):
        save(here, NETWORK, name)
    save(here, text, "main.py")
    assert names(read("main.py", model, data)) == parts


BUILDER = "import keras\ndef create_model(x):\n    return keras.Sequential([keras.layers.Dense({{choice([1, 2])}})])\n"


def test_a_function_that_builds_a_network_stays_in_its_module(here: Path) -> None:
    save(here, BUILDER + "def data():\n    return 3\n", "network.py")
    save(here, "from network import create_model, data\nmodel = create_model(data())\n", "main.py")
    assert names(read("main.py")) == ["main.py"]
    assert names(read("main.py", "create_model")) == ["network.py", "main.py"]


def test_a_file_along_the_path_variable(
    here: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("lib")
    save(folder, NETWORK, "network.py")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    save(here, "from network import build, load\n" + CALL, "main.py")
    assert names(read("main.py")) == [str(folder / "network.py"), "main.py"]


def test_relative_imports_of_a_file_of_another_package_are_absolute_in_the_template(here: Path) -> None:
    (here / "pkg").mkdir()
    model = "from . import \\\n    rates\nfrom .sub.rows import (x,\n  y)\ndef model():\n    from . import rates as r\n    return {{uniform(0, 1)}}, r, x\n"
    save(here, model, "pkg/nets.py")
    save(here, "from pkg.nets import model\n", "main.py")
    program = compile_source(read("main.py"))
    assert program.parts[0].kept == (
        "from pkg import \\\n    rates\nfrom pkg.sub.rows import (x,\n  y)\ndef model():\n    from pkg import rates as r\n    return (_ht_['uniform']), r, x\n"
    )


def test_a_module_of_a_package_imports_its_functions_relatively(here: Path) -> None:
    (here / "pkg").mkdir()
    save(here, NETWORK, "pkg/network.py")
    save(here, "from .network import build as model\nfrom .network import load as data\n", "pkg/main.py")
    source = with_siblings(read_module("pkg/main.py", "pkg.main").source, None, None)
    assert names(source) == ["pkg/network.py", "pkg/main.py"]
    program = compile_source(source)
    assert (program.model, program.data) == ("build", "load")
    assert program.parts[1].kept == "model = build\ndata = load\n"


def test_names_are_as_the_user_would_write_them(here: Path) -> None:
    (here / "src").mkdir()
    save(here / "src", NETWORK, "network.py")
    save(here / "src", "from network import build, load\n" + CALL, "main.py")
    assert names(read("src/main.py")) == ["src/network.py", "src/main.py"]


def test_a_notebook_has_siblings_too(here: Path) -> None:
    save(here, NETWORK, "network.py")
    save(here, notebook(code("from network import build, load"), code(CALL)))
    source = read("train.ipynb")
    assert names(source) == ["network.py", "train.ipynb, cell 1", "train.ipynb, cell 2"]
    assert compile_source(source).model == "build"


def test_what_a_sibling_imports_is_imported_as_ever(here: Path) -> None:
    save(here, "from more import build as model\n", "network.py")
    save(here, NETWORK, "more.py")
    save(here, "from network import model\n", "main.py")
    assert names(read("main.py")) == ["network.py", "main.py"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"x = '\xe9'", "network.py: line 1 is not utf-8 text", id="another encoding"),
        pytest.param(b"x\0", "network.py: a binary file", id="a binary file"),
    ],
)
def test_a_sibling_that_is_no_text_is_said(here: Path, content: bytes, message: str) -> None:
    save(here, content, "network.py")
    save(here, "from network import model\n", "main.py")
    with pytest.raises(ReadError) as raised:
        read("main.py")
    assert str(raised.value).startswith(message)
