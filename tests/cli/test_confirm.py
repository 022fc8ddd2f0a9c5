"""The best trials of a study run again: what is run, printed, kept and resumed, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from statistics import mean, stdev

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from tests.cli.conftest import Cli, Template, heard, interrupted, started
from tests.studies import study_data

SEEDED = """\
import numpy as np

def model():
    np.random.seed(3)
    x = {{uniform(-1, 1)}}
    return {'loss': x ** 2 + np.random.normal(0, 0.1)}
"""

NOISY = """\
import os
import numpy as np
from pathlib import Path

FOLDER = Path(__file__).parent

def model():
    x = {{uniform(-1, 1)}}
    if (FOLDER / 'wait').exists():
        import time
        with open(FOLDER / 'pipe', 'w') as pipe:
            pipe.write('here')
        time.sleep(600)
    if (FOLDER / 'fail').exists() and np.random.random() < 0.5:
        raise ValueError('diverged')
    return x ** 2 + np.random.normal(0, 0.1)
"""


@pytest.fixture
def searched(cli: Cli, template: Template) -> Path:
    """A study of a template whose numbers depend on the seed."""
    template(NOISY)
    assert cli("run", "model.py", "--max-evals", "6").status == 0
    return Path("model.study")


def test_the_best_trials_run_again_and_decide_which_is_the_best(cli: Cli, searched: Path) -> None:
    before = study_data(searched)
    ran = cli("confirm", "model.study", "--top", "2", "--repeats", "3")
    assert ran.status == 0
    ranked = sorted(before["trials"], key=lambda trial: trial["loss"])[:2]
    numbers = [trial["number"] for trial in ranked]
    lines = re.findall(r"^trial (\d)  run (\d) of 3 +(\S+)", ran.err, re.MULTILINE)
    assert [(int(trial), int(run)) for trial, run, _ in lines] == [
        (n, run) for run in (1, 2, 3) for n in numbers
    ]
    data = study_data(searched)
    assert data["trials"] == [
        {**trial, "confirmed": {one["number"]: one["mean"] for one in data["confirmed"]}.get(trial["number"])}
        for trial in before["trials"]
    ]
    confirmed = data["confirmed"]
    assert sorted(one["number"] for one in confirmed) == sorted(numbers)
    assert [one["mean"] for one in confirmed] == sorted(one["mean"] for one in confirmed)
    for one in confirmed:
        assert (len(one["losses"]), one["failed"]) == (3, 0)
        assert one["mean"] == pytest.approx(mean(one["losses"]))
        assert one["sd"] == pytest.approx(stdev(one["losses"]))
        assert one["found"] not in one["losses"]
    first = confirmed[0]
    assert data["best"]["number"] == first["number"]
    head = ran.out.splitlines()[0]
    assert head.split() == ["trial", "found", "again", "(mean", "+-", "sd)", "runs"]
    assert f"best of 6 trials: trial {first['number']}, loss {first['found']:.6g}" in ran.out
    assert "; again " in ran.out
    shown = cli("show", "model.study").out
    assert ran.out in shown
    assert "runs again\n  run 1  " in cli("show", "model.study", str(first["number"])).out
    tried = cli("try", "model.py", "--best")
    assert f"note: using the values of trial {first['number']} of model.study" in tried.err
    csv = cli("show", "model.study", "--format", "csv").out.splitlines()
    assert "confirmed" in csv[0].split(",")


def test_a_note_on_the_template_is_told_once(cli: Cli, here: Path) -> None:
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": []}
    source = "%matplotlib inline\ndef model():\n    return {{uniform(0, 1)}}\n".splitlines(keepends=True)
    notebook = {"cells": [{**cell, "source": source}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (here / "nb.ipynb").write_text(json.dumps(notebook))
    assert cli("run", "nb.ipynb", "--max-evals", "1").status == 0
    ran = cli("confirm", "nb.study", "--repeats", "1")
    assert (ran.status, ran.err.count("left out: 1 magic (cell 1)")) == (0, 1)


def test_runs_of_an_earlier_call_count(cli: Cli, searched: Path) -> None:
    cli("confirm", "model.study", "--top", "1", "--repeats", "2")
    (before,) = study_data(searched)["confirmed"]
    same = cli("confirm", "model.study", "--top", "1", "--repeats", "2")
    assert same.err.splitlines()[:2] == [
        "note: 2 runs of these trials again are there already",
        "note: nothing to run: the trial has had 2 runs again; --repeats 3 or a larger number adds to them",
    ]
    more = cli("confirm", "model.study", "--top", "1", "--repeats", "3")
    assert re.findall(r"run (\d) of 3", more.err) == ["3"]
    (after,) = study_data(searched)["confirmed"]
    assert after["losses"][:2] == before["losses"]
    assert cli("run", "model.py", "--max-evals", "7").status == 0
    assert len(study_data(searched)["confirmed"][0]["losses"]) == 3


def test_code_that_seeds_itself_runs_twice_and_no_more(cli: Cli, template: Template) -> None:
    template(SEEDED)
    cli("run", "model.py", "--max-evals", "3")
    ran = cli("confirm", "model.study", "--top", "9")
    said = (
        "2 runs of each trial have given the same numbers: the code seeds itself, or draws no random numbers"
    )
    assert "note: the study has complete trials at 3 points, fewer than 9\n" in ran.err
    assert f"note: stopped: {said}\n" in ran.err
    assert "the runs of each trial have given the same numbers, so there is no sd: " in ran.out
    confirmed = study_data(Path("model.study"))["confirmed"]
    assert [(len(one["losses"]), one["sd"], one["mean"]) for one in confirmed] == [
        (2, None, one["found"]) for one in confirmed
    ]
    assert f"note: nothing to run: {said}\n" in cli("confirm", "model.study", "--repeats", "9").err


def test_runs_that_fail_are_counted_and_said(cli: Cli, searched: Path, here: Path) -> None:
    (here / "fail").touch()
    ran = cli("confirm", "model.study", "--top", "3", "--repeats", "3")
    confirmed = study_data(searched)["confirmed"]
    failing = [one for one in confirmed if one["failed"]]
    assert failing
    assert confirmed[-len(failing) :] == failing
    for one in failing:
        text = f"trial {one['number']}: {one['failed']} of 3 runs failed: ValueError: diverged (model.py:15)"
        assert text in ran.out


@pytest.mark.long
def test_an_interrupted_confirmation_keeps_its_runs_and_goes_on(
    cli: Cli, searched: Path, here: Path, pipe: int
) -> None:
    cli("confirm", "model.study", "--top", "1", "--repeats", "1")
    (here / "wait").touch()
    with started("confirm", "model.study", "--top", "1", "--repeats", "2") as process:
        assert heard(pipe) == "here"
        refused = cli("confirm", "model.study")
        assert refused.status == 2
        assert re.match(
            r"error: model.study: a search is running there already \(process \d+ since ", refused.err
        )
        out, err = interrupted(process)
    assert process.returncode == 130
    assert "run the others with: hypertemplate confirm model.study --top 1 --repeats 2" in err
    assert out.startswith("trial ")
    (here / "wait").unlink()
    cli("confirm", "model.study", "--top", "1", "--repeats", "2")
    (one,) = study_data(searched)["confirmed"]
    assert len(set(one["losses"])) == 2


def test_an_interrupt_says_how_the_others_run(
    cli: Cli, searched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt("interrupted after 0 of 2 runs")

    monkeypatch.setattr("hypertemplate.search.service.session.Session.confirm", interrupted)
    ran = cli("confirm", str(searched), "--repeats", "2")
    assert (ran.status, ran.out) == (130, "")
    assert ran.err.endswith("run the others with: hypertemplate confirm model.study --repeats 2\n")


def test_a_template_that_has_changed_is_refused(cli: Cli, searched: Path, here: Path) -> None:
    cli("confirm", "model.study", "--top", "1", "--repeats", "1")
    text = (here / "model.py").read_text()
    (here / "model.py").write_text(text.replace("x ** 2", "2 * x"))
    ran = cli("confirm", "model.study")
    assert (ran.status, ran.err) == (
        2,
        "error: model.study: model.py has changed since trial 5, so its trials would run other code again; "
        "hypertemplate run model.py says which of them count with the present code, or undo the change\n",
    )
    (here / "model.py").write_text(text + "# a comment\n")
    assert cli("confirm", "model.study", "--top", "1", "--repeats", "1").status == 0


def test_confirmations_belong_to_a_generation_of_the_code(cli: Cli, searched: Path, here: Path) -> None:
    cli("confirm", "model.study", "--top", "1", "--repeats", "1")
    text = (here / "model.py").read_text()
    (here / "model.py").write_text(text.replace("x ** 2", "2 * x"))
    assert cli("run", "model.py", "--max-evals", "7", "--keep-trials").status == 0
    data = study_data(searched)
    assert (data["confirmed"], len(read_study(searched).study.confirmations)) == ([], 1)
    assert cli("confirm", "model.study", "--top", "1", "--repeats", "1").status == 0
    assert len(study_data(searched)["confirmed"]) == 1


def test_a_study_without_a_complete_trial_is_refused(cli: Cli, template: Template) -> None:
    template("def model():\n    return {{uniform(0, 1)}} / 0\n")
    cli("run", "model.py", "--max-evals", "1")
    ran = cli("confirm", "model.study")
    assert (ran.status, ran.err) == (2, "error: model.study: no trial has succeeded yet\n")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        pytest.param(
            ("--jit",),
            "error: --jit: the trials ran without it; runs that compute otherwise would confirm nothing\n",
            id="a switch",
        ),
        pytest.param(
            ("--gpus-per-trial", "2"),
            "error: --gpus-per-trial: the trials ran with --gpus-per-trial 1; runs that compute otherwise would "
            "confirm nothing\n",
            id="a number",
        ),
    ],
)
def test_runs_that_compute_otherwise_are_refused(
    cli: Cli, searched: Path, option: tuple[str, ...], message: str
) -> None:
    ran = cli("confirm", str(searched), *option)
    assert (ran.status, ran.err) == (2, message)


def test_a_number_of_unknown_direction_is_refused(cli: Cli, template: Template) -> None:
    template("def model():\n    return {'thing': {{uniform(0, 1)}}}\n")
    cli("run", "model.py", "--objective", "thing", "--max-evals", "2")
    ran = cli("confirm", "model.study")
    assert (ran.status, ran.err.startswith("error: model.study: ")) == (2, True)
    assert "--objective thing:max" in ran.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(
            ("model.study", "--top", "0"), "--top must be a whole number of at least 1, got 0", id="top"
        ),
        pytest.param(
            ("model.study", "--repeats", "x"),
            "--repeats must be a whole number of at least 1, got x",
            id="repeats",
        ),
        pytest.param(("no.study",), "no.study: no such study", id="no study"),
    ],
)
def test_what_is_refused(cli: Cli, words: tuple[str, ...], message: str) -> None:
    ran = cli("confirm", *words)
    assert (ran.status, ran.err.startswith(f"error: {message}")) == (2, True)
