"""new: the list of starters, what is written, what is refused; each starter is a template that runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hypertemplate.starters import FILES, starter, starters
from tests.cli.conftest import Cli

LIGHT = ("mlp", "sklearn")
"""Starters whose trials take seconds; those of the others take up to a minute of processor time."""

REFUSED = [
    pytest.param(("ml",), "no starter is named 'ml': did you mean mlp?", id="a name that is nearly one"),
    pytest.param(
        ("vision",),
        "no starter is named 'vision'; there are mlp, cnn, resnet, xception, text, tabular, timeseries, sklearn",
        id="a name that is none",
    ),
    pytest.param(
        ("mlp", "-o", "taken.py"),
        "taken.py exists; write to another file with --output FILE",
        id="a file that exists",
    ),
    pytest.param(("mlp", "-o", "folder"), "--output folder is a folder; write folder/mlp.py", id="a folder"),
    pytest.param(("mlp", "-o", "net"), "--output net is not a Python file; write net.py", id="no ending"),
    pytest.param(
        ("mlp", "-o", "keras.py"),
        "--output keras.py would hide the package keras, which the program imports; take another name, such as my_keras.py",
        id="the name of a package that the program imports",
    ),
    pytest.param(
        ("mlp", "-o", "none/net.py"),
        "none/net.py cannot be written: No such file or directory",
        id="no such folder",
    ),
    pytest.param(
        ("-o", "net.py"), "--output is for a starter: name one, as in hypertemplate new mlp", id="no name"
    ),
]


def test_all_starters_are_listed_with_what_they_are_for(cli: Cli) -> None:
    ran = cli("new")
    assert [line.split()[0] for line in ran.out.splitlines()] == [*FILES]
    assert (
        "sklearn     scikit-learn, cross-validated: a support vector machine or gradient boosting\n"
        in ran.out
    )
    assert ran.err == "write one: hypertemplate new mlp\n"
    assert max(map(len, ran.out.splitlines())) <= 88


def test_a_starter_is_written_and_what_to_do_next_is_told(cli: Cli, here: Path) -> None:
    assert cli("new", "sklearn") == (
        0,
        "",
        "wrote sklearn_pipeline.py: scikit-learn, cross-validated: a support vector machine or gradient boosting\n"
        "run it as it is: python sklearn_pipeline.py\n"
        "put your own data into it: replace what data() returns\n"
        "search for better values: hypertemplate run sklearn_pipeline.py --max-evals 50\n",
    )
    assert (here / "sklearn_pipeline.py").read_text() == starter("sklearn").text


def test_its_docstring_has_the_name_of_its_file(cli: Cli, here: Path) -> None:
    cli("new", "mlp", "-o", "net.py")
    text = (here / "net.py").read_text()
    assert "hypertemplate apply net.study --write" in text
    assert "mlp." not in text


def test_a_starter_is_printed(cli: Cli, here: Path) -> None:
    assert cli("new", "cnn", "-o", "-").out == starter("cnn").text
    assert [*here.iterdir()] == []


def test_what_is_not_installed_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert (
        'note: it imports keras, which is not installed: pip install "hypertemplate[tensorflow]"\n'
        in cli("new", "mlp").err
    )


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_is_refused(cli: Cli, here: Path, arguments: tuple[str, ...], message: str) -> None:
    (here / "taken.py").write_text("mine")
    (here / "folder").mkdir()
    assert cli("new", *arguments) == (2, "", f"error: {message}\n")
    assert (here / "taken.py").read_text() == "mine"


@pytest.mark.parametrize("name", FILES)
def test_each_starter_is_a_template_without_a_problem(cli: Cli, name: str) -> None:
    cli("new", name, "-o", "net.py")
    assert cli("check", "net.py").out.endswith("parameters, no problems found (nothing was run)\n")


def test_each_value_of_a_starter_has_a_default(cli: Cli) -> None:
    for one in starters():
        cli("new", one.name, "-o", f"{one.name}_net.py")
        space = json.loads(cli("space", f"{one.name}_net.py", "--format", "json").out)
        assert all(parameter["default"] is not None for parameter in space["parameters"]), one.name


@pytest.mark.keras
@pytest.mark.long
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in LIGHT else pytest.mark.slow) for name in FILES]
)
def test_each_starter_runs_a_trial_of_the_values_that_stand_there(cli: Cli, here: Path, name: str) -> None:
    cli("new", name, "-o", "net.py")
    command = (sys.executable, "-m", "hypertemplate", "run", "net.py", "--max-evals", "1", "--quiet")
    ran = subprocess.run(command, cwd=here, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    shown = cli("show", "net.study", "--format", "json")
    assert [trial["state"] for trial in json.loads(shown.out)["trials"]] == ["COMPLETE"]
