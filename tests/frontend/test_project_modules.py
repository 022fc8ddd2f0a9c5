"""Which of the user's own modules a template brings along: found without importing any of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import CompileError, ReadError
from hypertemplate.frontend import read_template
from hypertemplate.frontend.import_folders import edited_folders
from hypertemplate.frontend.project_modules import marked_text, with_modules

MARKED = "raise SystemExit\ndef build():\n    return {{uniform(0, 1)}}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return tmp_path / "work"


def save(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = folder / f"{name.replace('_init', '__init__').replace('.', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def read(name: str = "train.py") -> Source:
    return with_modules(read_template(name).source)


def found(name: str = "train.py") -> list[tuple[str, str]]:
    return [(part.module, part.name) for part in read(name).parts[:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x = <<uniform(0, 1)>>\n", "x = {{uniform(0, 1)}}\n", id="in braces"),
        pytest.param(
            "x = f'{{x}}'\ny = 0.2  # tune: uniform(0, 1)\n", "", id="in comments alone, which Python runs"
        ),
        pytest.param("x = 1 # tune: uniform(\n", "", id="no valid one"),
        pytest.param("x = {{uniform(", "", id="in a text that does not parse"),
    ],
)
def test_the_text_of_a_module_that_python_cannot_run(text: str, expected: str) -> None:
    assert marked_text(text) == expected


def test_a_module_is_a_part_with_its_name_and_place(here: Path) -> None:
    save(here, {"train": "import pkg.nets\n", "pkg.nets": MARKED})
    part = read().parts[0]
    assert (part.module, part.package, part.is_module) == ("pkg.nets", "pkg", True)
    assert (part.name, part.path, part.text) == ("pkg/nets.py", str(here / "pkg/nets.py"), MARKED)
    assert not {"pkg", "pkg.nets"} & sys.modules.keys()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"train": "import nets\n", "nets": MARKED}, ["nets"], id="an import"),
        pytest.param({"train": "from nets import build\n", "nets": MARKED}, ["nets"], id="an import of a name"),
        pytest.param({"train": "def f():\n    if 1:\n        import nets\n", "nets": MARKED}, ["nets"], id="an import in a function"),
        pytest.param({"train": "from importlib import import_module\nnets = import_module('nets')\n", "nets": MARKED}, ["nets"], id="a name as a text"),
        pytest.param({"train": "import nets\n", "nets": "x = <<uniform(0, 1)>>\n"}, ["nets"], id="the other spelling"),
        pytest.param({"train": "import nets\n", "nets": "x = 0.2  # tune: uniform(0, 1)\n"}, ["nets"], id="a marker in a comment"),
        pytest.param({"train": "import nets\n", "nets": "x = 0.2  # tune: unifrom(0, 1)\n"}, ["nets"], id="an invalid one in a comment"),
        pytest.param({"train": "import nets\n", "nets": "x = 0.2  # tune: this later\n"}, [], id="prose in a comment"),
        pytest.param({"train": "import steps\nimport other\n", "steps": "import nets\n", "nets": MARKED, "other": "x = 1\n"}, ["nets", "steps"], id="a module that imports one with markers"),
        pytest.param({"train": "import nets\n", "nets": "import train\n" + MARKED}, ["nets"], id="the template itself is none"),
        pytest.param({"train": "import a\n", "a": "import b\n", "b": "import a\n" + MARKED}, ["b", "a"], id="modules that import each other"),
        pytest.param({"train": "from pkg import build\n", "pkg._init": "from .nets import build\n", "pkg.nets": MARKED}, ["pkg.nets", "pkg"], id="a package that passes a name on"),
        pytest.param({"train": "from pkg.sub import data\n", "pkg._init": MARKED, "pkg.sub.data": "x = 1\n", "pkg.sub._init": ""}, ["pkg", "pkg.sub", "pkg.sub.data"], id="a package with markers, around a module"),
        pytest.param({"train": "from pkg.sub.nets import build\n", "pkg.sub.nets": "from ..rates import RATE\n", "pkg.rates": MARKED}, ["pkg.rates", "pkg.sub.nets"], id="folders without __init__"),
        pytest.param({"train": "import nets\n", "nets": "x = 1\n"}, [], id="a module without markers"),
        pytest.param({"train": "import nets\nx = (\n", "nets": MARKED}, [], id="a template that does not parse"),
        pytest.param({"train": "import nets\n", "nets": "x = '{{ name }}', f'{{{1}}}', 1 << 2\n"}, [], id="braces in texts, and shifts"),
        pytest.param({"train": "import nets\n", "nets": "def f(:\n"}, [], id="a module that does not parse, without markers"),
        pytest.param({"train": "import nets\n", "nets": "def f(:\n    {{uniform(0, 1)}}\n"}, ["nets"], id="one with markers, so that the mistake is said"),
        pytest.param({"train": "import numpy, sys, os.path, no_such_module\nfrom . import x\n"}, [], id="installed modules, and those that nobody has"),
        pytest.param({"train": "import sys\n", "sys": MARKED}, [], id="a module that Python has built in"),
    ],
)  # fmt: skip
def test_which_modules_are_read(here: Path, files: dict[str, str], expected: list[str]) -> None:
    save(here, files)
    assert [module for module, _ in found()] == expected


def test_folders_of_the_path_variable_count_after_the_template_s(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(here, {"train": "import nets, rates\n", "nets": MARKED})
    save(tmp_path / "lib", {"nets": "x = 1\n", "rates": MARKED})
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'lib'}:/no/such/folder")
    assert found() == [("nets", "nets.py"), ("rates", str(tmp_path / "lib/rates.py"))]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param("sys.path.insert(0, 'src')", id="a folder by its name"),
        pytest.param("sys.path.append(os.path.join(os.path.dirname(__file__), 'src'))", id="beside the file"),
        pytest.param("sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'work', 'src'))", id="through the folder above"),
        pytest.param("sys.path.insert(1, str(Path(__file__).parent / 'src'))", id="with pathlib"),
        pytest.param("ROOT = Path(__file__).resolve().parents[0]\nsys.path.extend([str(ROOT.joinpath('src'))])", id="under a name"),
        pytest.param("here = os.getcwd()\nsys.path += [f'{here}/src', os.path.expanduser('~')]", id="in the current folder"),
        pytest.param("sys.path[:0] = [os.getcwd() + os.sep + 'src']", id="as a part of the list"),
        pytest.param("sys.path = ['src'] + sys.path", id="in a new list"),
        pytest.param("sys.path = sys.path + [Path('src').as_posix()]", id="behind the others in a new list"),
        pytest.param("import site\nsite.addsitedir(os.fspath(Path.cwd() / 'src'))", id="as a folder of packages"),
        pytest.param("def begin():\n    sys.path.append(str(Path('src').absolute()))\nbegin()", id="in a function"),
    ],
)  # fmt: skip
def test_folders_that_the_template_adds_to_the_path(here: Path, edit: str) -> None:
    head = "import os, sys\nfrom pathlib import Path\n"
    save(here, {"train": f"{head}{edit}\nimport nets\n", "src.nets": MARKED})
    assert found() == [("nets", "src/nets.py")]
    assert not read().unknown_folder


def test_folders_that_come_first_are_looked_in_first(here: Path) -> None:
    save(here, {"nets": "x = 1\n", "src.nets": MARKED, "lib.nets": "x = 2\n"})
    save(here, {"train": "import sys\nsys.path.insert(0, 'src')\nsys.path.append('lib')\nimport nets\n"})
    assert found() == [("nets", "src/nets.py")]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param("sys.path.append(os.environ['NETS'])", id="an environment variable"),
        pytest.param("sys.path.append(os.path.join(sys.argv[1], 'src'))", id="an argument"),
        pytest.param("sys.path.append(f'{len(sys.argv)}/src')", id="a number"),
        pytest.param("sys.path.append(a)\na = b\nb = a", id="names that are bound to each other"),
        pytest.param("sys.path.append(Path(sys.argv[1]).parent.resolve())", id="a path from an argument"),
        pytest.param("sys.path.append(os.path.relpath('src'))", id="a function that is not known"),
    ],
)
def test_folders_of_which_the_text_does_not_tell_are_named_if_nothing_is_searched(
    here: Path, edit: str
) -> None:
    head = "import os, sys\nfrom pathlib import Path\n"
    save(here, {"train": f"{head}{edit}\nimport nets\nloss = nets.build()\n", "src.nets": MARKED})
    with pytest.raises(
        CompileError, match=r"line 3 adds a folder to sys.path that is known only when it runs"
    ):
        compile_source(read())


def test_installed_packages_are_never_opened(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(here, {"train": "import nets\n"})
    save(tmp_path / "env/lib/site-packages", {"nets": MARKED})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "env/lib/site-packages"))
    assert found() == []


def test_a_template_in_another_folder_is_read_with_what_stands_beside_it(here: Path) -> None:
    save(here, {"src.train": "import nets\n", "src.nets": MARKED, "nets": "x = 1\n"})
    assert found("src/train.py") == [("nets", "src/nets.py")]


def test_packages_that_are_installed_to_be_edited(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    for folder in ("one", "two/src", "three"):
        (tmp_path / folder).mkdir(parents=True)
    (site / "two.dist-info").mkdir(parents=True)
    (site / "three.dist-info").mkdir()
    (site / "four.dist-info").mkdir()
    (site / "one.pth").write_text(f"# comment\nimport one_finder\n{tmp_path / 'one'}\n\n")
    editable = {"url": (tmp_path / "two").as_uri(), "dir_info": {"editable": True}}
    (site / "two.dist-info/direct_url.json").write_text(json.dumps(editable))
    other = {"url": (tmp_path / "three").as_uri(), "dir_info": {}}
    (site / "three.dist-info/direct_url.json").write_text(json.dumps(other))
    (site / "four.dist-info/direct_url.json").write_text("{")
    folders = [str(tmp_path / name) for name in ("one", "two/src", "two")]
    assert list(edited_folders(str(site))) == folders


def test_a_module_in_a_package_that_is_installed_to_be_edited(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site-packages"
    site.mkdir()
    save(tmp_path / "lib", {"nets": MARKED})
    (site / "nets.pth").write_text(f"{tmp_path / 'lib'}\n")
    monkeypatch.setattr("site.getsitepackages", lambda: [str(site)])
    monkeypatch.syspath_prepend(site)
    save(here, {"train": "import nets\n"})
    assert found() == [("nets", str(tmp_path / "lib/nets.py"))]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(
            b"# \xff\nx = {{uniform(0, 1)}}\n", "nets.py: line 1 is not utf-8 text", id="with markers"
        ),
        pytest.param(b"# \xff\n", "", id="without markers"),
    ],
)
def test_a_module_that_is_no_text(here: Path, data: bytes, error: str) -> None:
    save(here, {"train": "import nets\n"})
    (here / "nets.py").write_bytes(data)
    if not error:
        assert found() == []
        return
    with pytest.raises(ReadError, match=error):
        read()
