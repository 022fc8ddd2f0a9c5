"""try: one trial in the user's terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template
from tests.cli.test_run import TWO
from tests.studies import study_data


def test_try_runs_one_trial_with_defaults(cli: Cli, template: Template, here: Path) -> None:
    template(TWO.replace("    return {", "    print('rate is', rate, flush=True)\n    return {"))
    assert cli("try", "model.py") == (
        0,
        "rate is 0.5\nloss 5, minimised\n  rate      0.5\n  act       'relu'\nmetrics\n  accuracy  0.5\n",
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
        "the trial failed:\n"
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


@pytest.mark.long
def test_a_try_with_the_best_values(cli: Cli, template: Template, here: Path) -> None:
    template(
        "def other():\n    return 1\n\n"
        "def chosen():\n"
        "    x = {{choice([0, uniform(1, 2)])}}\n    y = {{uniform(0, 1)}}\n    return {'loss': 0, 'f1': x + y}\n"
    )
    command = ("--model", "chosen", "--objective", "f1:max")
    ran = cli("run", "model.py", "--max-evals", "6", *command)
    best = ran.out.splitlines()
    number = best[0].partition("trial ")[2].partition(",")[0].split()[-1]
    tried = cli("try", "model.py", "--best")
    assert tried.err.splitlines()[0] == f"note: using the values of trial {number} of model.study"
    assert tried.out.splitlines()[0] == best[0].partition(", ")[2]
    assert tried.out.splitlines()[1:3] == best[1:3]
    assert "the same values" not in tried.err
    other = cli("try", "model.py", "--best", "--set", "y=0.5", "--study", "model.study")
    assert any(line.split()[:2] == ["y", "0.5"] for line in other.out.splitlines())
    assert "the same values" not in other.err


def test_a_try_whose_number_is_not_that_of_the_best_trial_says_so(
    cli: Cli, template: Template, here: Path
) -> None:
    counted = "    with open('runs.txt', 'a+') as file:\n        file.write('x')\n        file.seek(0)\n        n = len(file.read())\n"
    template(f"def model():\n{counted}    return {{{{choice([1, 2])}}}} + n\n")
    assert cli("run", "model.py", "--max-evals", "2").status == 0
    number, loss = (study_data(here / "model.study")["best"][key] for key in ("number", "loss"))
    (here / "runs.txt").write_text("xxxx")
    assert (
        f"note: trial {number} of model.study had {loss:g}, and the same values have now given {loss + 4:g}: random "
        "numbers without a seed differ, and so may files that trials write\n"
    ) in cli("try", "model.py", "--best").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--best"], "model.study: no such study", id="no study"),
        pytest.param(["--study", "x"], "--study is for --best", id="a study for nothing"),
    ],
)
def test_a_try_that_has_no_best_values(
    cli: Cli, template: Template, arguments: list[str], message: str
) -> None:
    template(TWO)
    assert cli("try", "model.py", *arguments) == (2, "", f"error: {message}\n")


@pytest.mark.long
def test_a_try_of_a_study_without_success(cli: Cli, template: Template) -> None:
    template("def model():\n    return 1 // {{choice([0])}}\n")
    cli("run", "model.py", "--max-evals", "1")
    ran = cli("try", "model.py", "--best")
    assert ran == (2, "", "error: model.study: no trial has succeeded yet\n")
