"""try: one trial in the user's terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template
from tests.cli.test_run import TWO


def test_try_runs_one_trial_with_defaults(cli: Cli, template: Template, here: Path) -> None:
    template(TWO.replace("    return {", "    print('rate is', rate, flush=True)\n    return {"))
    assert cli("try", "model.py") == (
        0,
        "rate is 0.5\nloss 5, minimised\n  rate      0.5\n  act       'relu'\nmetrics of trial 0\n  accuracy  0.5\n",
        "loading model.py ...\ntrying rate=0.5 act='relu'\n",
    )
    assert [path.name for path in here.iterdir()] == ["model.py"], "it leaves no study"


def test_try_with_settings_and_maximize(cli: Cli, template: Template) -> None:
    template(TWO)
    ran = cli("try", "model.py", "--set", "act=#1", "--maximize", "--seed", "3")
    assert ran.out.splitlines()[:3] == ["score 5, maximised", "  rate      0.5", "  act       'elu'  (set)"]


def test_a_try_that_fails_shows_the_traceback(cli: Cli, template: Template) -> None:
    template("def model():\n    return 1 / ({{uniform(0, 1)}} - 0.5)\n")
    assert cli("try", "model.py") == (
        3,
        "",
        "loading model.py ...\n"
        "trying uniform=0.5\n"
        "the trial failed: ZeroDivisionError: float division by zero (model.py:2)\n"
        "Traceback (most recent call last):\n"
        '  File "model.py", line 2, in model\n'
        "    return 1 / ({{uniform(0, 1)}} - 0.5)\n"
        "ZeroDivisionError: float division by zero\n",
    )


def test_a_try_reads_from_stdin(template: Template) -> None:
    template("def model():\n    x = {{uniform(0, 1)}}\n    return x + float(input())\n")
    ran = subprocess.run(
        [sys.executable, "-m", "hypertemplate", "try", "model.py"],
        input="2.25\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "loss 2.75, minimised\n  x  0.5\n")


@pytest.mark.long
def test_a_breakpoint_fails_a_run_and_works_in_a_try(cli: Cli, template: Template) -> None:
    template("def model():\n    x = {{uniform(0, 1)}}\n    breakpoint()\n    return x\n")
    ran = cli("run", "model.py", "--max-evals", "1", "--set", "x=0.5")
    assert ran.status == 3
    assert "run: hypertemplate try model.py --set x=0.5\n" in ran.err
    debugged = subprocess.run(
        [sys.executable, "-m", "hypertemplate", "try", "model.py"],
        input="p x * 100\nc\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert debugged.returncode == 0
    assert "(Pdb) 50.0\n" in debugged.stdout
