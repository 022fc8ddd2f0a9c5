"""Markers in comments of code that is in memory: cells run as they are, and their functions are searched."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from hypertemplate.cli import main
from hypertemplate.runtime.own_code import is_own_module
from hypertemplate.runtime.pickles import send_by_name
from tests import shells
from tests.frontend.notebooks import code, notebook, save


@pytest.fixture(autouse=True)
def _process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has imported no project yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = {*sys.modules}
    yield
    for name in [name for name in sys.modules if name not in before]:
        if is_own_module(sys.modules[name]):
            send_by_name(sys.modules.pop(name))
    importlib.invalidate_caches()


@pytest.fixture
def shell(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[InteractiveShell]:
    """A shell, with the extension unless a test says so."""
    extended = getattr(request, "param", True)
    with shells.started(tmp_path / "ipython") as started:
        shells.run(started, f"{'%load_ext hypertemplate' * extended}\nimport hypertemplate")
        yield started
        shells.run(started, "%unload_ext hypertemplate" * extended)


def run(shell: InteractiveShell, *cells: str) -> Any:
    """Run cells, and return the value of the last one."""
    for cell in cells:
        result = shells.run(shell, dedent(cell))
        assert result.success, cell
    return result.result


def losses(study: Any) -> list[float]:
    return [trial.loss for trial in study.trials]


MODEL = """
def model():
    rate = 0.25  # tune: uniform(0, 0.5)
    units = SIZES[1] * 10  # tune: choice([10, 20])
    return rate + units
"""


@pytest.mark.parametrize("shell", [True, False], ids=["with the extension", "without it"], indirect=True)
def test_a_cell_runs_as_it_is_and_its_function_is_searched(shell: InteractiveShell) -> None:
    assert run(shell, "SIZES = [1, 2]", MODEL, "model()") == 20.25
    study = run(shell, "study = hypertemplate.tune(model, max_evals=4)\nstudy")
    assert losses(study)[0] == 20.25
    assert study.trials[0].params == {"rate": 0.25, "units": 10}
    assert len({*losses(study)}) == 4
    assert run(shell, "model()") == 20.25


def test_what_a_cell_no_longer_says_is_not_searched(shell: InteractiveShell) -> None:
    run(shell, "SIZES = [1, 2]", "scale = 3  # tune: randint(9)", MODEL)
    run(shell, "scale = 5; other = 1", "scale = 7  # tune: uniform(6, 9)")
    run(
        shell, MODEL.replace("0.25", "0.75").replace("0, 0.5", "0.5, 1").replace("units\n", "units + scale\n")
    )
    study = run(shell, "study = hypertemplate.tune(model, max_evals=3)\nstudy")
    assert study.trials[0].params == {"scale": 7, "rate": 0.75, "units": 10}
    assert losses(study)[0] == 27.75


def test_a_nested_function_is_searched(shell: InteractiveShell) -> None:
    cell = """
    def outer():
        scale = 3  # tune: randint(9)
        def model():
            return 0.25  # tune: uniform(0, 0.5)
        return model
    inner = outer()
    """
    study = run(shell, cell, "study = hypertemplate.tune(inner, max_evals=2)\nstudy")
    assert study.trials[0].params == {"uniform": 0.25}


@pytest.mark.parametrize("shell", [True, False], ids=["with the extension", "without it"], indirect=True)
def test_a_module_in_memory_is_searched(shell: InteractiveShell, tmp_path: Path) -> None:
    nets = """
    SCALE = 2  # tune: randint(1, 5)
    def build(units=16):  # tune: choice([16, 32])
        rate = 0.25  # tune: uniform(0, 0.5)
        return units * rate * SCALE
    """
    (tmp_path / "nets.py").write_text(dedent(nets), encoding="utf-8")
    run(shell, "import nets", "def model():\n    return nets.build() + 0.5  # tune: uniform(0, 1)")
    assert run(shell, "model()") == 8.5
    study = run(shell, "study = hypertemplate.tune(model, max_evals=3)\nstudy")
    assert study.trials[0].params == {"SCALE": 2, "units": 16, "rate": 0.25, "uniform": 0.5}
    assert losses(study)[0] == 8.5
    assert len({*losses(study)}) == 3
    assert run(shell, "model()") == 8.5


def test_an_error_in_a_comment_is_that_of_the_search(shell: InteractiveShell, capsys: Any) -> None:
    run(shell, "def model():\n    return 0.25  # tune: uniform(1, 0)", "model()")
    result = shells.run(shell, "hypertemplate.tune(model, max_evals=2)")
    assert not result.success
    assert (
        "    2 |     return 0.25  # tune: uniform(1, 0)\n      |                          ^~~~~~~~~~~~~"
        in str(result.error_in_exec)
    )


def test_a_tuned_cell_is_searched(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell = """\
    %%tune --max-evals 3 --objective loss:min
    %matplotlib inline
    rate = 0.25  # tune: uniform(0, 0.5)
    loss = rate * n
    """
    run(shell, "n = 4", dedent(cell))
    study = run(shell, "study")
    assert losses(study)[0] == 1
    assert study.trials[0].params == {"rate": 0.25}
    capsys.readouterr()
    shells.run(shell, "%%tune --max-evals 3\n!ls\nrate = [1, 2]  # tune: uniform(0, 0.5)\nloss = rate[0]")
    assert "this comment may be for 1 or 2" in capsys.readouterr().out


def test_a_notebook_on_disk_is_a_program_and_a_template(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = (
        "%matplotlib inline\nSIZES = [1, 2]",
        "!ls\n%time rate = 0.25  # tune: uniform(0, 0.5)",
        "units = dict(\n    n=10,\n)  # tune: choice([dict(n=10), dict(n=20)])\nloss = rate + units['n']",
    )
    path = save(tmp_path, notebook(*(code(text, count) for count, text in enumerate(cells, 1))))
    assert main(["run", path, "--max-evals", "2", "--objective", "loss:min"]) == 0
    assert "(the values in the file: 10.25)" in capsys.readouterr().out
