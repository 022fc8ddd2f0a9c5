"""A study in which no trial succeeded gives way to the command or template that its user has corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template
from tests.studies import study_data

pytestmark = pytest.mark.long

SCRIPT = "exec('')\nx = {{uniform(0, 1)}}\nkappa = 1 - x\n"
"""Which numbers it has only a run tells."""
FAILS = "x = {{uniform(0, 1)}}\nkappa = [x][1]\n"


@pytest.mark.parametrize(
    ("before", "wrong", "after", "right"),
    [
        pytest.param(SCRIPT, ["--objective", "kapa"], SCRIPT, ["--objective", "kappa:max"], id="objective"),
        pytest.param(
            FAILS, ["--objective", "kappa:max"], SCRIPT, ["--objective", "kappa:max"], id="template"
        ),
        pytest.param(
            FAILS,
            ["--objective", "kappa:max"],
            SCRIPT.replace("0, 1", "0, 2"),
            ["--objective", "kappa:max"],
            id="search space",
        ),
        pytest.param(
            "x = {{uniform(0, 1)}}\nkappa = 1 // (x < 1)\n",
            ["--objective", "kappa:max", "--set", "x=1"],
            "x = {{uniform(0, 1)}}\nkappa = 1 // (x < 1)\n",
            ["--objective", "kappa:max"],
            id="an option left out",
        ),
        pytest.param(
            FAILS,
            ["--objective", "kappa:max", "--seed", "1"],
            SCRIPT,
            ["--objective", "kappa:min", "--seed", "2"],
            id="seed and direction",
        ),
    ],
)
def test_the_corrected_command_runs(
    cli: Cli, template: Template, here: Path, before: str, wrong: list[str], after: str, right: list[str]
) -> None:
    template(before)
    assert cli("run", "model.py", "--max-evals", "2", *wrong).status == 3
    failed = study_data(here / "model.study")["trials"]
    template(after)
    ran = cli("run", "model.py", "--max-evals", "2", *right)
    assert ran.status == 0, ran.err
    assert "note: no trial in model.study succeeded, so this corrected search starts a new study\n" in ran.err
    assert "note: what was in model.study is now in model.study.1\n" in ran.err
    assert len(study_data(here / "model.study")["trials"]) == 2
    assert study_data(here / "model.study.1")["trials"] == failed


def test_the_same_command_goes_on_with_what_failed(cli: Cli, template: Template, here: Path) -> None:
    template(f"import os\nx = {{{{uniform(0, 1)}}}}\nkappa = x / os.path.exists('{here}/there')\n")
    command = ("run", "model.py", "--objective", "kappa:max", "--max-evals")
    assert cli(*command, "1").status == 3
    (here / "there").touch()
    ran = cli(*command, "2")
    assert "note: resuming model.study after 1 trial\n" in ran.err
    assert [trial["state"] for trial in study_data(here / "model.study")["trials"]] == ["FAILED", "COMPLETE"]


def test_a_study_with_one_success_is_not_replaced(cli: Cli, template: Template) -> None:
    template(SCRIPT)
    assert cli("run", "model.py", "--objective", "kappa:max", "--max-evals", "1").status == 0
    ran = cli("run", "model.py", "--objective", "kappa:min", "--max-evals", "2")
    assert (ran.status, "this study maximises" in ran.err) == (2, True)
