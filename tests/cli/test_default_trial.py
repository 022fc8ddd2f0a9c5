"""Defaults of markers on the command line: what runs first, what the end says, and a study that goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, Template
from tests.studies import study_data

MODEL = """\
def model():
    x = {{uniform(0, 1, default=0.9)}}
    act = {{choice(['relu', 'elu'], default='elu')}}
    return abs(x - 0.3) + len(act)
"""
NOTE = "note: the first trial has the defaults in the file; --no-default-trial leaves it out\n"


def values(folder: Path) -> list[tuple[Any, Any]]:
    return [(trial["params"], trial["loss"]) for trial in study_data(folder)["trials"]]


@pytest.mark.long
def test_a_search_begins_with_the_defaults_and_ends_with_a_comparison(
    cli: Cli, template: Template, here: Path
) -> None:
    template(MODEL)
    ran = cli("run", "model.py", "--max-evals", "8")
    assert ran.err.count(NOTE) == 1
    assert ran.out.splitlines()[0].endswith(", minimised (the values in the file: 3.6)")
    found = values(here / "model.study")
    assert found[0] == ({"x": 0.9, "act": "elu"}, pytest.approx(3.6))
    data = json.loads(cli("show", "model.study", "--format", "json").out)
    assert (data["default_trial"], data["best"]["number"] > 0) == (data["trials"][0], True)
    cli("run", "model.py", "--max-evals", "8", "--no-default-trial", "--study", "without")
    template(MODEL.replace(", default=0.9", "").replace(", default='elu'", ""), "plain.py")
    cli("run", "plain.py", "--max-evals", "8")
    assert values(here / "without") == values(here / "plain.study")


@pytest.mark.long
def test_a_study_goes_on_after_its_defaults_have_changed(cli: Cli, template: Template, here: Path) -> None:
    template(MODEL)
    assert cli("run", "model.py", "--max-evals", "3").status == 0
    before = values(here / "model.study")
    best = min(before, key=lambda one: one[1])
    written = MODEL.replace("default=0.9", f"default={best[0]['x']}").replace(
        "default='elu'", f"default={best[0]['act']!r}"
    )
    template(written)
    ran = cli("run", "model.py", "--max-evals", "4")
    assert (ran.status, NOTE in ran.err) == (0, False), ran.err
    assert values(here / "model.study")[:3] == before
    assert "minimised (the values in the file" in ran.out.splitlines()[0]
    template(written.replace(f"default={best[0]['x']}", "default=0.999"))
    assert "the values in the file" not in cli("run", "model.py", "--max-evals", "5").out


def test_try_and_the_program_run_the_defaults(cli: Cli, template: Template, here: Path) -> None:
    template(
        "SIZES = [1, 2]\n"
        + MODEL.replace("['relu', 'elu'], default='elu'", "[['elu'], SIZES * 2], default=SIZES*2")
    )
    ran = cli("try", "model.py")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "loss 4.6, minimised")
    assert cli("try", "model.py", "--set", "x=0.3").out.startswith("loss 4, minimised")
    (here / "program.py").write_text(cli("compile", "model.py").out)
    result = subprocess.run([sys.executable, "program.py"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "4.6\n")


def test_a_default_of_a_list_that_a_run_knows_is_one_of_its_items(cli: Cli, template: Template) -> None:
    template("SIZES = [16, 32]\ndef model():\n    return {{choice(SIZES, default=64)}}\n")
    ran = cli("try", "model.py")
    assert ran.status == 1
    assert "model.py:3:36: choice() has no option 64, its default (from SIZES)" in ran.err
    assert "help: write one of its options: 16, 32" in ran.err


def test_space_shows_defaults(cli: Cli, template: Template) -> None:
    template(MODEL)
    assert cli("space", "model.py").out.splitlines()[1:] == [
        "x      uniform(0, 1, default=0.9)              model.py:2",
        "act    choice(['relu', 'elu'], default='elu')  model.py:3",
    ]
    found = json.loads(cli("space", "model.py", "--format", "json").out)["parameters"]
    assert [one["default"] for one in found] == [0.9, "elu"]


NETS = """\
SIZES = [16, 32]
WIDTH = {{choice(SIZES, default=32)}}

def drop(most=1):
    return {{uniform(0, 1, default=0.25)}} + {{choice([0, quniform(0, 1, 0.25, default=0.5)], default=quniform(0, 1, 0.25))}}
"""


@pytest.mark.long
def test_defaults_in_own_modules(cli: Cli, template: Template, here: Path) -> None:
    (here / "nets.py").write_text(NETS)
    template(
        "from nets import WIDTH, drop\n\ndef model():\n    return WIDTH + drop() + {{uniform(0, 2, default=2)}}\n"
    )
    assert cli("try", "model.py").out.splitlines()[0] == "loss 34.75, minimised"
    (here / "program.py").write_text(cli("compile", "model.py").out)
    result = subprocess.run([sys.executable, "program.py"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "34.75\n"), result.stderr
    assert cli("run", "model.py", "--max-evals", "3").out.count("the values in the file") == 1
    assert values(here / "model.study")[0][1] == 34.75
    (here / "nets.py").write_text(
        NETS.replace("default=0.25", "default=0.75").replace("default=32", "default=16")
    )
    again = cli("run", "model.py", "--max-evals", "4")
    assert again.status == 0, again.err
    assert len(values(here / "model.study")) == 4


def test_a_script_and_angles(cli: Cli, template: Template) -> None:
    template("x = <<uniform(0, 1, default=0.125)>>\nloss = x + <<choice([1, 2], default=2)>>\n")
    ran = cli("try", "model.py", "--objective", "loss:min")
    assert ran.out.splitlines()[0] == "loss 2.125, minimised"
