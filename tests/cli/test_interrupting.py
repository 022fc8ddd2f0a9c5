"""Searches that are broken off by a signal, and what is left of them."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import pytest

from hypertemplate.cli.searching import _preload
from tests.cli.conftest import Template, heard, interrupted, started, without_times
from tests.studies import study_data

SAY = """\
import os, time

def say(text):
    with open("pipe", "w") as pipe:
        pipe.write(text)

"""
MODEL = """\
def model():
    x = {{uniform(0, 1)}}
    print("waiting", flush=True)
    wait()
    return x
"""
FIRST_PASSES = """\
def wait():
    if os.path.exists("ran"):
        say(str(os.getpid()))
        time.sleep(600)
    open("ran", "w").close()

"""
WAITS = """\
def wait():
    say("here")
    time.sleep(600)

"""
CATCHES = """\
def wait():
    try:
        say("here")
        time.sleep(600)
    except KeyboardInterrupt:
        print("enough")

"""


def test_ctrl_c_keeps_what_was_found(template: Template, here: Path, pipe: int) -> None:
    template(SAY + FIRST_PASSES + MODEL)
    with started("run", "model.py", "--max-evals", "5", "--set", "x=0.5") as process:
        worker = int(heard(pipe))
        out, err = interrupted(process)
    assert process.returncode == 130
    assert out == (
        "best of 1 trial: trial 0, loss 0.5\n  x  0.5  (set)\nwritten to model.study: study.db, program.py\n"
    )
    assert without_times(err).endswith(
        "    0     0.50000     0.50000  TIME  x=0.5\n"
        "\n"
        "to go on: hypertemplate run model.py --max-evals 5 --set x=0.5\n"
        "interrupted\n"
    )
    states = [(trial["state"], trial["error"]) for trial in study_data(here / "model.study")["trials"]]
    assert states == [("COMPLETE", None), ("RUNNING", None)]
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_ctrl_c_before_anything_was_found(template: Template, here: Path, pipe: int) -> None:
    template(SAY + WAITS + MODEL)
    with started("run", "model.py") as process:
        heard(pipe)
        out, err = interrupted(process)
    assert (process.returncode, out) == (130, "")
    assert err.endswith(
        "\n"
        "no trial has ended\n"
        "written to model.study: study.db, program.py\n"
        "to go on: hypertemplate run model.py\n"
        "interrupted\n"
    )


def test_a_library_that_swallows_ctrl_c_while_it_is_imported_does_not_keep_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def swallow() -> None:
        with contextlib.suppress(BaseException):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("hypertemplate.cli.searching.preload", swallow)
    with pytest.raises(KeyboardInterrupt):
        _preload()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("command", ["run", "try"])
def test_ctrl_c_while_the_template_loads(template: Template, here: Path, pipe: int, command: str) -> None:
    template(SAY + WAITS + "wait()\n" + MODEL)
    with started(command, "model.py") as process:
        heard(pipe)
        out, err = interrupted(process)
    assert (process.returncode, out) == (130, "")
    assert err.endswith("loading model.py ...\ninterrupted\n")
    assert not (here / "model.study").exists()


def test_ctrl_c_in_a_try_goes_to_the_users_code(template: Template, here: Path, pipe: int) -> None:
    template(SAY + WAITS + MODEL)
    with started("try", "model.py") as process:
        heard(pipe)
        out, err = interrupted(process)
    assert (process.returncode, out) == (130, "waiting\n")
    assert "\nthe trial failed: the trial was interrupted\nTraceback (most recent call last):\n" in err
    assert err.endswith("\nKeyboardInterrupt\n")


def test_a_try_may_go_on_after_ctrl_c(template: Template, here: Path, pipe: int) -> None:
    template(SAY + CATCHES + MODEL)
    with started("try", "model.py") as process:
        heard(pipe)
        out, _ = interrupted(process)
    assert (process.returncode, out) == (0, "waiting\nenough\nloss 0.5\n  x  0.5\n")


def test_a_killed_search_leaves_what_was_finished(template: Template, here: Path, pipe: int) -> None:
    template(SAY + FIRST_PASSES + MODEL)
    with started("run", "model.py", "--max-evals", "5") as process:
        heard(pipe)
        process.kill()
        process.communicate()
    assert [trial["state"] for trial in study_data(here / "model.study")["trials"]] == [
        "COMPLETE",
        "RUNNING",
    ]
