"""Searches of a few points on the command line: each runs once, whoever runs it, and however often it is killed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template, heard, started
from tests.studies import study_data

pytestmark = pytest.mark.long

SIX = """\
import os

def model():
    units = {{choice([32, 64])}}
    kind = {{choice([1, 2, 3])}}
    wait(units, kind)
    return units / 100 + kind

def wait(units, kind):
    if os.path.exists(f'wait-{units}-{kind}'):
        os.system(f'rm wait-{units}-{kind}')
        with open('pipe', 'w') as pipe:
            pipe.write('here')
        import time
        time.sleep(600)
"""

TRIED = "note: stopped: every point of the search space has been tried, in 6 trials; --rerun-equal runs points again\n"


def ran(folder: Path) -> list[dict[str, object]]:
    return [trial for trial in study_data(folder)["trials"] if trial["equal_to"] is None]


def six_points(folder: Path) -> None:
    """Check that the study has run each of the six points once, and answered others rightly."""
    trials = study_data(folder)["trials"]
    points = [json.dumps(trial["params"]) for trial in ran(folder)]
    assert (len(points), len(set(points))) == (6, 6)
    by_number = {trial["number"]: trial for trial in trials}
    for trial in trials:
        original = by_number[trial["number"] if trial["equal_to"] is None else trial["equal_to"]]
        assert (trial["loss"], trial["params"]) == (original["loss"], original["params"])


@pytest.mark.parametrize(
    "options", [pytest.param((), id="one worker"), pytest.param(("--workers", "2"), id="two")]
)
def test_a_space_of_six_points_runs_six_trials_and_says_so(
    cli: Cli, template: Template, here: Path, options: tuple[str, ...]
) -> None:
    template(SIX)
    command = ("run", "model.py", "--max-evals", "50", *options)
    done = cli(*command)
    assert done.status == 0
    assert TRIED in done.err
    assert "   = trial " in done.err
    assert done.out.startswith("best of 6 trials (")
    assert "\n  units  32\n  kind   1\n" in done.out
    six_points(here / "model.study")
    again = cli(*command)
    assert again.err == TRIED.replace("stopped: ", "").replace(
        "again\n", "again, --fresh starts a new study\n\n"
    )
    assert again.out == done.out


def test_a_search_that_is_killed_at_each_of_six_points_runs_each_once(
    cli: Cli, template: Template, here: Path, pipe: int
) -> None:
    template(SIX)
    command = ("run", "model.py", "--max-evals", "50")
    whole = cli(*command, "--study", "whole")
    for units, kind in ((32, 2), (64, 3), (32, 1)):
        (here / f"wait-{units}-{kind}").touch()
    for _ in range(3):
        with started(*command) as process:
            heard(pipe)
            process.kill()
            process.communicate()
    resumed = cli(*command)
    assert TRIED in resumed.err
    six_points(here / "model.study")
    found, expected = study_data(here / "model.study"), study_data(here / "whole")
    for name in ("params", "loss", "equal_to"):
        assert [trial[name] for trial in found["trials"]] == [trial[name] for trial in expected["trials"]]
    assert whole.out.replace("whole", "model.study") == resumed.out


def test_who_asks_for_every_trial_gets_every_trial(cli: Cli, template: Template, here: Path) -> None:
    template(SIX)
    done = cli("run", "model.py", "--max-evals", "8", "--rerun-equal")
    assert done.out.startswith("best of 8 trials: ")
    assert len(ran(here / "model.study")) == 8


def test_show_names_the_trial_that_answered_another(cli: Cli, template: Template, here: Path) -> None:
    template(SIX, "net.py")
    cli("run", "net.py")
    equal = next(trial for trial in study_data(here / "net.study")["trials"] if trial["equal_to"] is not None)
    number, original = equal["number"], equal["equal_to"]
    assert equal["duration_s"] is None
    assert f"   = trial {original} " in cli("show", "net.study").out
    assert cli("show", "net.study", str(number)).out.startswith(
        f"trial {number} of net.py: complete, = trial {original}, which read the same values; it did not run\n"
    )
    head, *rows = cli("show", "net.study", "--format", "csv").out.splitlines()
    assert rows[number].split(",")[head.split(",").index("equal_to")] == str(original)
    refused = cli("retry", "net.study", str(number))
    assert (refused.status, refused.err) == (
        2, f"error: net.study: trial {number} did not run: it is equal to trial {original}\n"
    )  # fmt: skip


LOADED = """\
import importlib

helper = importlib.import_module('helper'[:6])

def model():
    return helper.K * {{choice([1, 2])}}
"""


def test_a_trial_under_other_circumstances_is_not_equal(cli: Cli, template: Template, here: Path) -> None:
    template(LOADED)
    (here / "helper.py").write_text("K = 1\n", encoding="utf-8")
    cli("run", "model.py", "--max-evals", "1")
    (here / "helper.py").write_text("K = 10\n", encoding="utf-8")
    changed = cli("run", "model.py", "--max-evals", "9", "--keep-trials")
    assert "the trials so far read other contents of helper.py" in changed.err
    assert {trial["loss"] for trial in ran(here / "model.study")} == {1, 10, 20}
    again = cli("run", "model.py", "--max-evals", "9")
    assert len(ran(here / "model.study")) == 3
    assert "every point of the search space has been tried, in 2 trials" in again.err
