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


def test_a_file_runs_by_itself_and_is_searched(here: Path) -> None:
    (here / "model.py").write_text(PROGRAM, encoding="utf-8")

    def ran(*command: str) -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, *command], capture_output=True, text=True, check=True, cwd=here
        )
        return done.stdout, done.stderr

    assert ran("model.py") == ("loss 4.001\n", "")
    out, err = ran("-m", "hypertemplate", "run", "model.py", "--max-evals", "4")
    assert "(the values in the file)" in out, err
    trials = study_data(here / "model.study")["trials"]
    assert trials[0]["params"] == {"rate": 0.25, "units": 64, "optimizer": "dict(lr=1e-3)"}
    assert trials[0]["loss"] == pytest.approx(4.001)
    assert len({trial["params"]["rate"] for trial in trials}) == 4


def test_both_spellings_have_the_same_trials_and_one_study(cli: Cli, template: Template, here: Path) -> None:
    template(PROGRAM)
    assert cli("run", "model.py", "--max-evals", "3", "--study", "comments").status == 0
    braces = PROGRAM.replace("0.25):  # tune: uniform(0, 0.5)", "{{uniform(0, 0.5, default=0.25)}}):")
    braces = braces.replace("64  # tune: choice([32, 64, 128])", "{{choice([32, 64, 128], default=64)}}")
    first, last = (
        "dict(\n        lr=1e-3,\n    )  # tune: ",
        "choice([dict(lr=1e-3), dict(lr=1e-2, nesterov=True)])",
    )
    braces = braces.replace(first + last, f"{{{{{last[:-1]}, default=dict(lr=1e-3))}}}}")
    assert "# tune" not in braces
    template(braces)
    assert cli("run", "model.py", "--max-evals", "3", "--study", "braces").status == 0
    assert values(here / "braces") == values(here / "comments")
    resumed = cli("run", "model.py", "--max-evals", "4", "--study", "comments")
    assert (resumed.status, "resuming comments after 3 trials" in resumed.err) == (0, True), resumed.err


def values(study: Path) -> list[object]:
    return [(trial["params"], trial["loss"]) for trial in study_data(study)["trials"]]


FIXED = """\
def model(Dropout=float):
    a = Dropout(0.2)  # tune: unifrom(0, 0.5)
    b = Dropout(0.2)  # tune uniform(0, 0.5)
    c = Dropout(0.2)  # tune: {{uniform(0, 0.5)}}
    d = Dropout(0.2)  # tune: uniform(0, 0.5) or more
    e = Dropout(0.2)  # tune: uniform(0, high=0.5, log=False, lo=3)
    return a + b + c + d + e
"""


def test_fixes_are_made_in_comments(cli: Cli, template: Template, here: Path) -> None:
    template(FIXED)
    cli("check", "--fix", "model.py")
    assert (here / "model.py").read_text(encoding="utf-8") == FIXED.replace("unifrom", "uniform").replace(
        "tune uniform", "tune: uniform"
    ).replace("{{", "").replace("}}", "").replace(" or", " # or")
