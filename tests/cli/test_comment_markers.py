"""A file whose markers are comments: an ordinary program, and a template."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template
from tests.studies import study_data

PROGRAM = """\
import sys


def build(units, rate=0.25):  # tune: uniform(0, 0.5)
    return units * rate


def main():
    units = 64  # tune: choice([32, 64, 128])
    optimizer = dict(
        lr=1e-3,
    )  # tune: choice([dict(lr=1e-3), dict(lr=1e-2, nesterov=True)])
    loss = abs(build(units) - 20) + optimizer["lr"]
    print(f"loss {loss:.3f}")
    return loss


if __name__ == "__main__":
    loss = main()
"""


def test_a_file_runs_by_itself_and_is_searched(cli: Cli, template: Template, here: Path) -> None:
    template(PROGRAM)
    ran = subprocess.run([sys.executable, "model.py"], capture_output=True, text=True, check=True, cwd=here)
    assert (ran.stdout, ran.stderr) == ("loss 4.001\n", "")
    searched = cli("run", "model.py", "--max-evals", "4")
    assert searched.status == 0, searched.err
    trials = study_data(here / "model.study")["trials"]
    assert trials[0]["params"] == {"rate": 0.25, "units": 64, "optimizer": "dict(lr=1e-3)"}
    assert trials[0]["loss"] == pytest.approx(4.001)
    assert len({trial["params"]["rate"] for trial in trials}) == 4
