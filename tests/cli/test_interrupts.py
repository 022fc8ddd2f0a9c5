"""Searches that are broken off by a signal, and what is left of them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hypertemplate.cli.run_search import _preload
from hypertemplate.cli.signals import TerminatedError, terminated
from hypertemplate.runtime.process.guard import children
from hypertemplate.search.storage.sqlite.reader import read_study
from tests.cli.conftest import Cli, Template, heard, interrupted, started, without_measures
from tests.studies import study_data

pytestmark = pytest.mark.long

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
    os.system("touch ran")  # another process, as a person does: files that a trial writes are its own

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
    with started("run", "model.py", "--max-evals", "5", "--set", "x=0.5", "--rerun-equal") as process:
        worker = int(heard(pipe))
        out, err = interrupted(process)
    assert process.returncode == 130
    assert out == (
        "best of 1 trial: trial 0, loss 0.5, minimised\n  x  0.5  (set)\nwritten to model.study: study.db, program.py\n"
    )
    assert without_measures(err).endswith(
        "    0     0.50000      0.50000  TIME  0.5\n"
        "interrupted\n"
        "\n"
        "resume with: hypertemplate run model.py --max-evals 5 --set x=0.5 --rerun-equal\n"
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
        "interrupted\n"
        "\n"
        "no trial finished\n"
        "written to model.study: study.db, program.py\n"
        "resume with: hypertemplate run model.py\n"
    )


@pytest.mark.parametrize(
    ("number", "raised"),
    [
        (signal.SIGINT, KeyboardInterrupt),
        (signal.SIGTERM, TerminatedError),
        (signal.SIGHUP, TerminatedError),
    ],
)
def test_a_library_that_swallows_a_signal_while_it_is_imported_does_not_keep_it(
    monkeypatch: pytest.MonkeyPatch, number: int, raised: type[BaseException]
) -> None:
    def swallow(algorithm: str) -> None:
        with contextlib.suppress(BaseException):
            signal.raise_signal(number)

    monkeypatch.setattr("hypertemplate.cli.run_search.preload", swallow)
    before = signal.getsignal(number)
    with terminated(), pytest.raises(BaseException) as caught:
        _preload("tpe")
    assert caught.type is raised
    assert signal.getsignal(number) is before


NOTHING_BEGUN = "no trial had started; nothing was written\nrun it again with: hypertemplate run model.py\n"


@pytest.mark.parametrize(("command", "more"), [("run", NOTHING_BEGUN), ("try", "")])
def test_ctrl_c_while_the_template_loads(
    template: Template, here: Path, pipe: int, command: str, more: str
) -> None:
    template(SAY + WAITS + "wait()  # hypertemplate: setup\n" + MODEL)
    with started(command, "model.py") as process:
        heard(pipe)
        out, err = interrupted(process)
    assert (process.returncode, out) == (130, "")
    assert err.endswith(f"loading model.py ...\ninterrupted\n{more}")
    assert not (here / "model.study").exists()


def test_ctrl_c_while_a_fresh_search_loads_leaves_the_study_as_it_was(
    cli: Cli, template: Template, here: Path, pipe: int
) -> None:
    template(MODEL.replace("wait()", ""))
    assert cli("run", "model.py", "--max-evals", "1").status == 0
    template(SAY + WAITS + "wait()  # hypertemplate: setup\n" + MODEL)
    before = study_data(here / "model.study")
    with started("run", "model.py", "--fresh", "--max-evals", "1") as process:
        heard(pipe)
        _, err = interrupted(process)
    assert err.endswith(
        "interrupted\n"
        "no trial had started; model.study is unchanged\n"
        "run it again with: hypertemplate run model.py --fresh --max-evals 1\n"
    )
    assert study_data(here / "model.study") == before
    assert [path.name for path in here.glob("*.study*")] == ["model.study"]


def test_a_fresh_search_that_does_not_load_leaves_the_study_as_it_was(
    cli: Cli, template: Template, here: Path
) -> None:
    template(MODEL.replace("wait()", ""))
    assert cli("run", "model.py", "--max-evals", "1").status == 0
    before = study_data(here / "model.study")
    template("1 / 0  # hypertemplate: setup\n" + MODEL)
    assert cli("run", "model.py", "--fresh").status == 1
    assert study_data(here / "model.study") == before
    assert [path.name for path in here.glob("*.study*")] == ["model.study"]
    template(MODEL.replace("wait()", "1 / 0"))
    ran = cli("run", "model.py", "--fresh", "--max-evals", "1")
    assert ran.err.endswith(
        "no trial succeeded; 1 trial failed\n"
        "written to model.study: study.db, program.py\n"
        "the earlier study is in model.study.1\n"
    )


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
    assert (process.returncode, out) == (0, "waiting\nenough\nloss 0.5, minimised\n  x  0.5\n")


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


WAITS_UNTIL_THERE_IS_GO = """\
def wait():
    if not os.path.exists("go"):
        say("here ")
        time.sleep(600)

"""


def tree(process: int) -> list[int]:
    """A process and all that it has started, itself first."""
    return [process, *(one for child in children(process) for one in tree(child))]


def test_a_terminal_that_is_closed_ends_a_search_as_ctrl_c_does(
    template: Template, here: Path, pipe: int
) -> None:
    template(SAY + WAITS_UNTIL_THERE_IS_GO + MODEL)
    command = "import os, sys; from hypertemplate.cli import main; os._exit(main(sys.argv[1:]))"
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY)\n" + command, "run", "model.py"],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    with process:
        os.close(theirs)
        heard(pipe)
        processes = tree(process.pid)
        os.close(ours)
        assert process.wait(60) == 128 + signal.SIGHUP
    assert [trial["state"] for trial in study_data(here / "model.study")["trials"]] == ["RUNNING"]
    assert read_study(here / "model.study").deaths == {0: 0}
    for one in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(one, 0)


def test_a_search_that_does_not_mind_its_terminal_goes_on(template: Template, here: Path, pipe: int) -> None:
    template(SAY + WAITS_UNTIL_THERE_IS_GO.replace("600", "0") + MODEL)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what nohup does
    try:
        with started("run", "model.py", "--max-evals", "2") as process:
            said = heard(pipe)
            process.send_signal(signal.SIGHUP)
            while said.count("here") < 2:  # one reading may have found what both trials wrote
                said += heard(pipe)
            process.communicate(timeout=60)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert process.returncode == 0


@pytest.mark.parametrize("driver", ["first", "last"])
@pytest.mark.parametrize(
    ("number", "status", "said"), [(signal.SIGTERM, 143, "terminated"), (signal.SIGINT, 130, "interrupted")]
)
def test_a_signal_to_every_process_of_a_search_loses_no_trial(
    template: Template, here: Path, pipe: int, cli: Cli, number: int, status: int, said: str, driver: str
) -> None:
    template(SAY + WAITS_UNTIL_THERE_IS_GO + MODEL)
    command = ("run", "model.py", "--max-evals", "3", "--workers", "2")
    with started(*command) as process:
        running = ""
        while running.count("here") < 2:
            running += heard(pipe)
        processes = tree(process.pid)
        assert len(processes) == 7, "the driver, the zygote, and two workers, each with its guard"
        for one in processes if driver == "first" else reversed(processes):
            with contextlib.suppress(ProcessLookupError):  # it ended with one that was before it
                os.kill(one, number)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err.splitlines().count(said)) == (status, 1)
    states = [(trial["state"], trial["error"]) for trial in study_data(here / "model.study")["trials"]]
    assert states == [("RUNNING", None)] * 2
    assert read_study(here / "model.study").deaths == {0: 0, 1: 0}
    for one in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(one, 0)
    (here / "go").touch()
    assert cli(*command).status == 0
    states = [(trial["state"], trial["error"]) for trial in study_data(here / "model.study")["trials"]]
    assert states == [("COMPLETE", None)] * 3
