"""Projects of several files and modules of packages on the command line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.studies import study_data

NETS = "from keras.layers.core import Dense\nLIMIT = 2\ndef load():\n    return [1]\ndef build(x):\n    return x[0] + {{uniform(0, LIMIT)}}\n"
TRAIN = "from .nets import build, load\nx = load()\nloss = build(x)\n"
SEARCH = ("--max-evals", "2", "--objective", "loss:min")


@pytest.fixture
def package(here: Path) -> Callable[[str], Path]:
    def write(nets: str) -> Path:
        (here / "pkg").mkdir()
        (here / "pkg/__init__.py").touch()
        (here / "pkg/nets.py").write_text(nets)
        (here / "pkg/train.py").write_text(TRAIN)
        return here / "pkg"

    return write


PLAIN = NETS.partition("\n")[2]


def test_a_search_of_a_module_is_resumed_while_its_other_modules_stay_the_same(
    cli: Cli, package: Callable[[str], Path], here: Path
) -> None:
    folder = package(PLAIN)
    ran = cli("run", "-m", "pkg.train", *SEARCH)
    assert (ran.status, ran.out.splitlines()[-1]) == (0, "written to train.study: study.db, program.py")
    assert "searching 1 parameter in pkg/train.py for the lowest loss" in ran.err
    first = study_data(here / "train.study")["trials"][0]
    assert first["loss"] == 1 + first["params"]["uniform"]
    assert cli("run", "-m", "pkg.train", "--max-evals", "3").status == 0
    (folder / "nets.py").write_text(PLAIN.replace("x[0] +", "x[0] -"))
    ran = cli("run", "-m", "pkg.train", "--max-evals", "4")
    assert ran.status == 2
    assert "pkg/train.py changed, and none of 3 trials would count any more" in ran.err
    assert "of pkg/nets.py changed: all 3 trials are left out" in " ".join(ran.err.split())
    text = "import runpy; print(runpy.run_path('train.study/program.py')['loss'])"
    assert subprocess.check_output([sys.executable, "-c", text], text=True) == "2.0\n"


def test_other_commands_read_a_module_by_its_name(
    cli: Cli, package: Callable[[str], Path], here: Path
) -> None:
    folder = package(NETS)
    assert cli("space", "-m", "pkg.train").out.splitlines()[-1].split() == [
        "uniform",
        "uniform(0,",
        "LIMIT)",
        "pkg/nets.py:6",
    ]
    ran = cli("check", "-m", "pkg.train")
    assert ran.err.startswith("pkg/nets.py:1:6: warning HT304: Keras 3 has no keras.layers.core\n") or ran.out
    assert "fix it with: hypertemplate check --fix -m pkg.train\n" in ran.err
    assert cli("check", "--fix", "-m", "pkg.train").status == 0
    assert (folder / "nets.py").read_text() == NETS.replace("keras.layers.core", "keras.layers")
    explained = cli("compile", "--explain", "-m", "pkg.train").out
    assert "it uses 'build' of pkg.nets, which a marker reaches (line 6 of pkg/nets.py)" in " ".join(
        explained.split()
    )
    (folder / "nets.py").write_text(PLAIN)
    assert cli("try", "-m", "pkg.train", "--objective", "loss:min").out.splitlines()[0] == "loss 2, minimised"


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        pytest.param("pkg.other", "no module named pkg.other: it is neither below the current folder nor in PYTHONPATH", id="no such module"),
        pytest.param("json", "no module named json: it is neither below the current folder nor in PYTHONPATH", id="a module of Python's"),
        pytest.param("pkg", "pkg is a package and has no __main__.py; name a module in it", id="a package that cannot be run"),
    ],
)  # fmt: skip
def test_a_module_that_is_not_found(
    cli: Cli, package: Callable[[str], Path], module: str, reason: str
) -> None:
    package(PLAIN)
    assert cli("check", "-m", module) == (2, "", f"error: {reason}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ("pkg/train.py",),
            "pkg/train.py has relative imports, so it runs only as a module: hypertemplate run -m pkg.train",
            id="a file of a package",
        ),
        pytest.param(
            ("-m", "pkg/train.py"), "no module named pkg/train.py: did you mean -m pkg.train?", id="a path"
        ),
        pytest.param(
            ("-m", "pgk.trian"), "no module named pgk.trian: did you mean -m pkg.train?", id="a slip"
        ),
        pytest.param(
            ("-m", "torch_of_mine"),
            "no module named torch_of_mine: it is neither below the current folder nor in PYTHONPATH",
            id="nothing alike",
        ),
    ],
)
def test_a_module_that_is_named_in_another_way(
    cli: Cli, package: Callable[[str], Path], arguments: tuple[str, ...], said: str
) -> None:
    package(PLAIN)
    for command in ("run", "try", "check"):
        ran = cli(command, *arguments)
        assert (ran.status, ran.err) == (2, f"error: {said}\n")


def test_a_file_of_a_package_that_is_elsewhere_names_the_folder_to_run_in(
    cli: Cli, package: Callable[[str], Path], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(package(PLAIN))
    said = "train.py has relative imports, so it runs only as a module in"
    assert cli("run", "train.py").err == f"error: {said} {here}: hypertemplate run -m pkg.train\n"


LAZY = """\
import importlib

_NAMES = {"build": "nets", "rate": "rates"}

def __getattr__(name):
    part = importlib.import_module(f".{_NAMES.get(name, name)}", __name__)
    return getattr(part, name) if name in _NAMES else part
"""


@pytest.mark.parametrize(
    ("train", "expected"),
    [
        pytest.param("import pkg\nloss = pkg.nets.build()\n", {"uniform"}, id="a module as an attribute"),
        pytest.param(
            "import pkg\nloss = pkg.build()\n", {"uniform"}, id="a name of a module as the package's"
        ),
        pytest.param(
            "from pkg import build, rate\nloss = build() + rate\n", {"uniform", "rate"}, id="imported"
        ),
    ],
)
def test_a_package_that_loads_its_modules_when_they_are_used(
    cli: Cli, here: Path, train: str, expected: set[str]
) -> None:
    (here / "pkg").mkdir()
    (here / "pkg/__init__.py").write_text(LAZY)
    (here / "pkg/nets.py").write_text("def build():\n    return {{uniform(0, 1)}}\n")
    (here / "pkg/rates.py").write_text("rate = {{choice([2, 4])}}\n")
    (here / "train.py").write_text(train)
    assert cli("run", "--max-evals", "3", "--objective", "loss:min", "train.py").status == 0
    trials = study_data(here / "train.study")["trials"]
    assert [set(trial["params"]) for trial in trials] == [expected] * 3
    for trial in trials:
        assert trial["loss"] == pytest.approx(trial["params"]["uniform"] + trial["params"].get("rate", 0))


def test_what_an_import_of_the_trial_sets_is_not_set_when_the_next_trial_begins(cli: Cli, here: Path) -> None:
    (here / "config.py").write_text("import os\nos.environ['SET_BY_CONFIG'] = '7'\n")
    (here / "train.py").write_text(
        "import os\nrate = {{uniform(0, 1)}}\nbefore = int(os.environ.get('SET_BY_CONFIG', 0))\nimport config\n"
        "loss = rate + before + int(os.environ['SET_BY_CONFIG'])\n"
    )
    assert cli("run", "--max-evals", "3", "--objective", "loss:min", "train.py").status == 0
    for trial in study_data(here / "train.study")["trials"]:
        assert trial["loss"] == pytest.approx(trial["params"]["rate"] + 7)


def test_a_package_that_loads_the_packages_in_it_when_they_are_used(cli: Cli, here: Path) -> None:
    (here / "pkg/inner").mkdir(parents=True)
    (here / "pkg/__init__.py").write_text(LAZY)
    (here / "pkg/inner/__init__.py").write_text("def build():\n    return {{uniform(0, 1)}}\n")
    (here / "train.py").write_text("import pkg\nloss = pkg.inner.build()\n")
    assert cli("run", "--max-evals", "2", "--objective", "loss:min", "train.py").status == 0
    trials = study_data(here / "train.study")["trials"]
    assert all(trial["loss"] == trial["params"]["uniform"] for trial in trials)
