"""Trials that fail: each is one line with its reason, and the search goes on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import RANDOM_START, Cli, Template
from tests.studies import study_data

FAILING = """\
def model():
    x = {{choice(['good', 'raise', 'nan', 'none', 'exit'])}}
    if x == 'raise':
        raise ValueError("[i]no[/i] \\x1b[31mred")
    if x == 'exit':
        exit(3)
    return {'good': 1.0, 'nan': float('nan'), 'none': None}[x]
"""


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        pytest.param("raise", "ValueError: [i]no[/i] red (model.py:4)", id="it raises"),
        pytest.param("nan", "the loss is nan", id="NaN"),
        pytest.param(
            "none",
            "model() returned None: return the loss, for example return {'loss': -accuracy}",
            id="no loss",
        ),
        pytest.param("exit", "the trial called sys.exit(3)", id="it exits"),
    ],
)
def test_a_failed_trial_says_why(cli: Cli, template: Template, here: Path, option: str, reason: str) -> None:
    template(FAILING)
    ran = cli("run", "model.py", "--max-evals", "2", "--set", f"x={option}", "--rerun-equal")
    assert (ran.status, ran.out) == (3, "")
    lines = ran.err.splitlines()
    assert lines[6] == f"    0      failed            -  TIME  '{option}'"
    assert lines[7].strip() == ("Traceback (most recent call last):" if option == "raise" else reason)
    first = lines.index(f"    1      failed            -  TIME  '{option}'")
    assert lines[first + 1 :] == [
        f"       as trial 0: {reason}",
        "",
        "no trial succeeded; 2 trials failed",
        "written to model.study: study.db, program.py",
    ]
    data = study_data(here / "model.study")
    assert data["best"] is None
    assert [(trial["state"], trial["loss"]) for trial in data["trials"]] == [("FAILED", None)] * 2
    assert "\x1b" not in ran.err


def test_failed_trials_do_not_end_a_search(cli: Cli, template: Template) -> None:
    template(FAILING)
    command = ("run", "model.py", "--max-evals", "25", "--algo", "random", "--max-failures", "25")
    ran = cli(*command, "--rerun-equal")
    assert ran.status == 0
    assert ran.out.startswith("best of 25 trials (")
    assert ran.err.count("Traceback (most recent call last)") == 2  # of each new error
    ran = cli(*command, "--fresh")
    assert ran.out.startswith("best of 5 trials (4 failed, ")
    assert ran.err.count("Traceback (most recent call last)") == 2


PRINTING = """\
def model():
    x = {{uniform(0, 1)}}
    for i in range(100):
        print(f"line {i}")
    raise RuntimeError("after a hundred lines")
"""


def test_the_last_twenty_lines_of_a_failed_trial_are_shown(cli: Cli, template: Template) -> None:
    template(PRINTING)
    ran = cli("run", "model.py", "--max-evals", "1", "--set", "x=0.5")
    printed = "".join(f"       | line {i}\n" for i in range(80, 100))
    assert ran == (
        3,
        "",
        RANDOM_START + "loading model.py ...\n"
        "searching 0 of 1 parameters in model.py for the lowest loss: 1 trial, tpe, seed 1337\n"
        "trial        loss  best so far     time       x\n"
        "    0      failed            -  TIME  0.5\n"
        f"       last output of trial 0:\n{printed}"
        "       Traceback (most recent call last):\n"
        '         File "model.py", line 5, in model\n'
        '           raise RuntimeError("after a hundred lines")\n'
        "       RuntimeError: after a hundred lines\n"
        "\n"
        "no trial succeeded; 1 trial failed\n"
        "written to model.study: study.db, program.py\n",
    )


def test_show_output_shows_all_that_trials_print_and_shows_it_once(cli: Cli, template: Template) -> None:
    template(PRINTING)
    ran = cli("run", "model.py", "--max-evals", "2", "--show-output")
    lines = ran.err.splitlines()
    assert [line for line in lines if line.startswith("line ")] == [f"line {i}" for i in range(100)] * 2
    assert not any("|" in line for line in lines)
    assert lines.index("line 99") < lines.index("       RuntimeError: after a hundred lines")
    assert sum(line.startswith("       as trial 0: RuntimeError") for line in lines) == 1


def test_five_failures_at_the_start_stop_the_search(cli: Cli, template: Template, here: Path) -> None:
    template(PRINTING)
    ran = cli("run", "model.py", "--max-evals", "20")
    assert ran.status == 3
    assert ran.err.endswith(
        "stopped: 5 trials in a row failed; the first traceback is above\n"
        "\n"
        "no trial succeeded; 5 trials failed\n"
        "written to model.study: study.db, program.py\n"
    )
    assert ran.err.count("Traceback (most recent call last)") == 1
    assert ran.err.count("       RuntimeError: after a hundred lines") == 1
    assert ran.err.count("       as trial 0: RuntimeError: after a hundred lines (model.py:5)\n") == 4
    assert len(study_data(here / "model.study")["trials"]) == 5


def test_a_killed_worker_is_a_failed_trial_and_is_replaced(cli: Cli, template: Template, here: Path) -> None:
    template(
        """\
        import os, signal
        from hypertemplate import trial

        def model():
            x = {{uniform(0, 1)}}
            if trial.number == 1:
                print("goodbye", flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
            return x
        """
    )
    ran = cli("run", "model.py", "--max-evals", "3", "--set", "x=0.5", "--rerun-equal")
    assert ran.status == 0
    assert ran.out.startswith("best of 3 trials (1 failed): trial 0, loss 0.5, minimised\n")
    assert (
        "    1      failed      0.50000  TIME  0.5\n"
        "       the worker was killed by signal 9 (SIGKILL): probably out of memory, N MiB resident at most\n"
        "       last output of trial 1:\n"
        "       | goodbye\n"
    ) in re.sub(r"[\d.]+ MiB", "N MiB", ran.err)
    assert [trial["state"] for trial in study_data(here / "model.study")["trials"]] == [
        "COMPLETE",
        "FAILED",
        "COMPLETE",
    ]


def test_a_folder_without_room_for_a_trial_ends_the_search_and_not_the_study(
    cli: Cli, template: Template, here: Path
) -> None:
    template("def model():\n    return {{uniform(0, 1)}}\n")
    cli("run", "model.py", "--max-evals", "1")
    (here / "model.study" / "trials").rename(here / "trials")
    (here / "model.study" / "trials").write_text("a file")
    ran = cli("run", "model.py", "--max-evals", "2")
    assert (ran.status, ran.err.splitlines()[-1]) == (
        2,
        f"error: {here}/model.study/trials/0001: cannot be written: Not a directory; what the study held before "
        "is safe, and the search can be resumed",
    )
    assert [trial["state"] for trial in study_data(here / "model.study")["trials"]] == ["COMPLETE", "RUNNING"]
    (here / "model.study" / "trials").unlink()
    assert cli("run", "model.py", "--max-evals", "2").status == 0


def test_a_model_that_surely_returns_no_loss_ends_the_search_before_its_first_trial(
    cli: Cli, template: Template, here: Path
) -> None:
    template("def model():\n    return {'score': {{uniform(0, 1)}}, 'size': 3}\n")
    ran = cli("run", "model.py", "--max-evals", "2")
    assert ran.status == 1
    assert ran.err.startswith(
        "model.py:2:12: error HT312: model() returns a dict without 'loss', so each trial would fail\n"
    )
    assert "--objective score:max, or :min if lower is better" in ran.err
    assert not (here / "model.study").exists()
    assert cli("run", "model.py", "--max-evals", "2", "--objective", "score:max").status == 0
