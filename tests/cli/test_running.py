"""run and try, end to end on templates of plain Python: outputs as a whole, exit statuses, real signals."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.cli.running import _preload
from tests.cli.conftest import Cli, Template, without_times

TWO = """\
def data():
    x = 10
    return x

def model(x):
    rate = {{uniform(0, 1)}}
    act = {{choice(['relu', 'elu'])}}
    return {'loss': x * rate, 'accuracy': 1 - rate, 'name': act}
"""
SET = ("--set", "rate=0.25", "--set", "act=elu")

RANDOM_START = "note: tpe draws its first 20 points at random and learns only after them\n"


def trials(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "trials.json").read_text(encoding="utf-8"))
    return data


def test_a_run_from_its_first_line_to_its_last(cli: Cli, template: Template, here: Path) -> None:
    template(TWO)
    assert cli("run", "model.py", "--max-evals", "2", *SET) == (
        0,
        "best of 2 trials: trial 0, loss 2.5\n"
        "  rate      0.25   (set)\n"
        "  act       'elu'  (set)\n"
        "metrics of trial 0\n"
        "  accuracy  0.75\n"
        "written to model.study: program.py, trials.json\n",
        RANDOM_START + "loading model.py ...\n"
        "searching 0 of 2 parameters in model.py: 2 trials, tpe, seed 1337\n"
        "trial        loss        best     time  values\n"
        "    0      2.5000      2.5000  TIME  rate=0.25 act='elu'\n"
        "    1      2.5000      2.5000  TIME  rate=0.25 act='elu'\n"
        "\n",
    )
    data = trials(here / "model.study")
    assert data["study"] == {
        "name": "model",
        "template": "model.py",
        "digest": data["study"]["digest"],
        "seed": 1337,
        "algorithm": "tpe",
        "max_evals": 2,
        "objective": None,
        "direction": "minimize",
        "set": ["rate", "act"],
        "versions": {},
    }
    assert data["best"] == data["trials"][0]
    assert [trial["params"] for trial in data["trials"]] == [{"rate": 0.25, "act": "elu"}] * 2
    assert data["trials"][1]["metrics"] == {"accuracy": 0.75}


def test_the_program_in_the_study_runs_one_trial(cli: Cli, template: Template, here: Path) -> None:
    template(TWO)
    assert cli("run", "model.py", "--max-evals", "1").status == 0
    result = subprocess.run(
        [sys.executable, "model.study/program.py"], capture_output=True, text=True, check=True
    )
    assert result.stdout == "{'loss': 5.0, 'accuracy': 0.5, 'name': 'relu'}\n"


@pytest.mark.parametrize("algorithm", ["tpe", "random", "anneal"])
def test_the_same_seed_gives_the_same_search(
    cli: Cli, template: Template, here: Path, algorithm: str
) -> None:
    template(TWO)
    points = []
    for folder, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        arguments = ("--max-evals", "23", "--algo", algorithm, "--seed", seed, "--study", folder)
        assert cli("run", "model.py", *arguments).status == 0
        points.append([(trial["params"], trial["loss"]) for trial in trials(here / folder)["trials"]])
    assert points[0] == points[1]
    assert points[0] != points[2]
    assert len({point["rate"] for point, _ in points[0]}) == 23


def test_maximize_looks_for_the_highest_number_and_shows_it_as_returned(
    cli: Cli, template: Template, here: Path
) -> None:
    template("def model():\n    return {{choice([1, 3, 2])}}\n")
    ran = cli("run", "model.py", "--maximize", "--max-evals", "15", "--algo", "random")
    assert re.match(r"best of 15 trials: trial \d+, score 3\n  choice  3\n", ran.out)
    assert "\ntrial       score        best     time  values\n" in ran.err
    assert ran.err.splitlines()[-2].startswith("   14 ")
    assert "      3.0000  TIME" in ran.err.splitlines()[-2]
    data = trials(here / "model.study")
    assert data["study"]["direction"] == "maximize"
    assert data["best"]["loss"] == -3.0


def test_the_files_own_call_counts(cli: Cli, template: Template, here: Path) -> None:
    template(
        """\
        from hyperopt import rand
        from hyperas import optim
        from hyperas.distributions import uniform

        def load():
            x = 1
            return x

        def create(x):
            return {{uniform(0, 1)}}

        best = optim.minimize(create, load, algo=rand.suggest, max_evals=3)
        """
    )
    ran = cli("run", "model.py", "--set", "uniform=0.5")
    assert ran.status == 0
    assert ran.err.startswith("note: max_evals=3, algo=random, as the file's own minimize() call has it\n")
    assert ": 3 trials, random, seed 1337" in ran.err
    assert len(trials(here / "model.study")["trials"]) == 3


def test_a_folder_that_is_there_already_is_moved_aside(cli: Cli, template: Template, here: Path) -> None:
    template(TWO)
    (here / "model.study").mkdir()
    (here / "model.study" / "mine.txt").write_text("keep me")
    for number in (1, 2):
        ran = cli("run", "model.py", "--max-evals", "1", *SET)
        assert ran.out.endswith("written to model.study: program.py, trials.json\n")
        assert ran.err.endswith(f"\nnote: what was in model.study is now in model.study.{number}\n")
    assert (here / "model.study.1" / "mine.txt").read_text() == "keep me"
    assert len(trials(here / "model.study.2")["trials"]) == 1


def test_a_study_has_a_folder_of_its_own_wherever_it_is(cli: Cli, template: Template, here: Path) -> None:
    (here / "sub").mkdir()
    template(TWO, "sub/net.py")
    assert cli("run", "sub/net.py", "--max-evals", "1", *SET).status == 0
    assert cli("run", "sub/net.py", "--max-evals", "1", "--study", "deep/er", *SET).status == 0
    assert sorted(path.name for path in here.iterdir()) == ["deep", "net.study", "sub"]
    assert trials(here / "deep" / "er")["study"]["name"] == "net"


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
    ran = cli("run", "model.py", "--max-evals", "2", "--set", f"x={option}")
    assert (ran.status, ran.out) == (3, "")
    lines = ran.err.splitlines()
    assert lines[4] == f"    0      failed           -  TIME  x='{option}'"
    assert lines[5].strip() == reason
    first = lines.index(f"    1      failed           -  TIME  x='{option}'")
    assert lines[first + 1 :] == [
        f"       {reason}",
        "",
        "no trial succeeded; 2 trials failed",
        "written to model.study: program.py, trials.json",
    ]
    data = trials(here / "model.study")
    assert data["best"] is None
    assert [(trial["state"], trial["loss"]) for trial in data["trials"]] == [("FAILED", None)] * 2
    assert "\x1b" not in ran.err


def test_failed_trials_do_not_end_a_search(cli: Cli, template: Template) -> None:
    template(FAILING)
    ran = cli("run", "model.py", "--max-evals", "25", "--algo", "random", "--seed", "1")
    assert ran.status == 0
    assert ran.out.startswith("best of 25 trials (")
    assert ran.err.count("Traceback (most recent call last)") == 2  # of each new error


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
        "searching 0 of 1 parameters in model.py: 1 trial, tpe, seed 1337\n"
        "trial        loss        best     time  values\n"
        "    0      failed           -  TIME  x=0.5\n"
        "       RuntimeError: after a hundred lines (model.py:5)\n"
        f"       the last that trial 0 printed:\n{printed}"
        "       Traceback (most recent call last):\n"
        '         File "model.py", line 5, in model\n'
        '           raise RuntimeError("after a hundred lines")\n'
        "       RuntimeError: after a hundred lines\n"
        "\n"
        "no trial succeeded; 1 trial failed\n"
        "written to model.study: program.py, trials.json\n",
    )


def test_verbose_shows_all_that_trials_print_and_shows_it_once(cli: Cli, template: Template) -> None:
    template(PRINTING)
    ran = cli("run", "model.py", "--max-evals", "2", "--verbose")
    lines = ran.err.splitlines()
    assert [line for line in lines if line.startswith("line ")] == [f"line {i}" for i in range(100)] * 2
    assert not any("|" in line for line in lines)
    assert lines.index("line 99") < lines.index("       RuntimeError: after a hundred lines (model.py:5)")


def test_five_failures_at_the_start_stop_the_search(cli: Cli, template: Template, here: Path) -> None:
    template(PRINTING)
    ran = cli("run", "model.py", "--max-evals", "20")
    assert ran.status == 3
    assert ran.err.endswith(
        "stopped: each of the first 5 trials failed; the first traceback is above\n"
        "\n"
        "no trial succeeded; 5 trials failed\n"
        "written to model.study: program.py, trials.json\n"
    )
    assert ran.err.count("Traceback (most recent call last)") == 1
    assert ran.err.count("       RuntimeError: after a hundred lines (model.py:5)\n") == 5
    assert len(trials(here / "model.study")["trials"]) == 5


def test_a_killed_worker_is_a_failed_trial_and_is_replaced(cli: Cli, template: Template, here: Path) -> None:
    template(
        """\
        import os, pathlib, signal

        def model():
            x = {{uniform(0, 1)}}
            with open("runs", "a") as runs:
                runs.write("x")
            if pathlib.Path("runs").stat().st_size == 2:
                print("goodbye", flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
            return x
        """
    )
    ran = cli("run", "model.py", "--max-evals", "3", "--set", "x=0.5")
    assert ran.status == 0
    assert ran.out.startswith("best of 3 trials (1 failed): trial 0, loss 0.5\n")
    assert ran.err.splitlines()[4:9] == [
        "    0     0.50000     0.50000  TIME  x=0.5",
        "    1      failed     0.50000  TIME  x=0.5",
        "       the worker was killed by signal 9 (SIGKILL): probably out of memory",
        "       the last that trial 1 printed:",
        "       | goodbye",
    ]
    assert [trial["state"] for trial in trials(here / "model.study")["trials"]] == [
        "COMPLETE",
        "FAILED",
        "COMPLETE",
    ]


def test_a_template_that_cannot_be_loaded_is_exit_status_1(cli: Cli, template: Template, here: Path) -> None:
    template(
        """\
        def data():
            print("opening")
            x = open("nosuch.csv").read()
            return x

        def model(x):
            return {{uniform(0, 1)}}
        """
    )
    for command in ("run", "try"):
        ran = cli(command, "model.py")
        assert (ran.status, ran.out if command == "run" else "") == (1, "")
        message = "FileNotFoundError: [Errno 2] No such file or directory: 'nosuch.csv'"
        assert f"error: the template could not be loaded: {message} (model.py:3)\n" in ran.err
        assert '  File "model.py", line 3, in data\n' in ran.err
    assert [path.name for path in here.iterdir()] == ["model.py"], "an old study would still be in its place"


def test_what_the_template_printed_before_it_failed_to_load_is_shown(cli: Cli, template: Template) -> None:
    template("print('opening')\nraise OSError('no')\ndef model():\n    return {{uniform(0, 1)}}\n")
    assert "the last that it printed:\n| opening\nTraceback" in cli("run", "model.py").err


LOADED = """\
SIZES = [8, 16, 32]
LOW = 1

def model():
    size = {{choice(SIZES)}}
    width = {{quniform(LOW, 9, LOW)}}
    return size * width
"""


@pytest.mark.parametrize(
    ("settings", "values"),
    [
        pytest.param(["size=#2", "width=3"], {"size": 32, "width": 3}, id="by number"),
        pytest.param(["size=16", "width=3"], {"size": 16, "width": 3}, id="by value"),
    ],
)
def test_what_only_the_worker_knows_can_be_set(
    cli: Cli, template: Template, here: Path, settings: list[str], values: dict[str, object]
) -> None:
    template(LOADED)
    given = [word for setting in settings for word in ("--set", setting)]
    assert cli("run", "model.py", "--max-evals", "1", *given).status == 0
    assert trials(here / "model.study")["best"]["params"] == values


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        pytest.param(
            "size=9", "--set size: no option 9; the options are 8, 16, 32 (or #0 to #2)", id="no option"
        ),
        pytest.param(
            "width=1.5", "--set width: quniform draws a whole number, got 1.5", id="no whole number"
        ),
    ],
)
def test_a_setting_that_the_worker_refuses_is_exit_status_2(
    cli: Cli, template: Template, here: Path, setting: str, message: str
) -> None:
    template(LOADED)
    for command in ("run", "try"):
        ran = cli(command, "model.py", "--set", setting)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.endswith(f"loading model.py ...\nerror: {message}\n")
    assert [path.name for path in here.iterdir()] == ["model.py"]


def test_a_refused_setting_starts_no_worker(cli: Cli, template: Template, here: Path) -> None:
    template("open('loaded', 'w').close()\n" + TWO)
    ran = cli("run", "model.py", "--set", "act=selu")
    assert ran == (
        2,
        "",
        "error: --set act: no option selu; the options are 'relu', 'elu' (or #0 to #1)\n",
    )
    assert [path.name for path in here.iterdir()] == ["model.py"]


def test_notes_and_inner_distributions(cli: Cli, template: Template, here: Path) -> None:
    template("def model():\n    x = {{choice([0, uniform(1, 2)])}}\n    return x\n")
    ran = cli("run", "model.py", "--max-evals", "1", "--set", "x=#1", "--set", "x.1=1.5")
    assert ran.out.splitlines()[1] == "  x  1.5  (set)"
    assert trials(here / "model.study")["best"]["params"] == {"x": 1.5, "x.1": 1.5}


def test_try_runs_one_trial_with_defaults(cli: Cli, template: Template, here: Path) -> None:
    template(TWO.replace("    return {", "    print('rate is', rate, flush=True)\n    return {"))
    assert cli("try", "model.py") == (
        0,
        "rate is 0.5\nloss 5\n  rate      0.5\n  act       'relu'\nmetrics of trial 0\n  accuracy  0.5\n",
        "loading model.py ...\ntrying rate=0.5 act='relu'\n",
    )
    assert [path.name for path in here.iterdir()] == ["model.py"], "it leaves no study"


def test_try_with_settings_and_maximize(cli: Cli, template: Template) -> None:
    template(TWO)
    ran = cli("try", "model.py", "--set", "act=#1", "--maximize", "--seed", "3")
    assert ran.out.splitlines()[:3] == ["score 5", "  rate      0.5", "  act       'elu'  (set)"]


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
    assert (ran.returncode, ran.stdout) == (0, "loss 2.75\n  x  0.5\n")


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


@contextlib.contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command line as a process that leads a group, as a terminal would start it."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "hypertemplate", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def interrupt(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Ctrl-C: the terminal signals the whole group of the process."""
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=60)


@pytest.fixture
def pipe(here: Path) -> Iterator[int]:
    """The reading end of a named pipe, through which the template's code says where it is."""
    os.mkfifo(here / "pipe")
    descriptor = os.open(here / "pipe", os.O_RDWR)
    yield descriptor
    os.close(descriptor)


def heard(pipe: int) -> str:
    """What the template's code wrote into the pipe."""
    ready, _, _ = select.select([pipe], [], [], 60)
    assert ready, "nothing was written"
    return os.read(pipe, 100).decode()


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
        out, err = interrupt(process)
    assert process.returncode == 130
    assert out == (
        "best of 2 trials (1 interrupted): trial 0, loss 0.5\n"
        "  x  0.5  (set)\n"
        "written to model.study: program.py, trials.json\n"
    )
    assert without_times(err).endswith(
        "    0     0.50000     0.50000  TIME  x=0.5\n"
        "    1      failed     0.50000  TIME  x=0.5\n"
        "       interrupted\n"
        "\n"
        "interrupted\n"
    )
    states = [(trial["state"], trial["error"]) for trial in trials(here / "model.study")["trials"]]
    assert states == [("COMPLETE", None), ("FAILED", "interrupted")]
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_ctrl_c_before_anything_was_found(template: Template, here: Path, pipe: int) -> None:
    template(SAY + WAITS + MODEL)
    with started("run", "model.py") as process:
        heard(pipe)
        out, err = interrupt(process)
    assert (process.returncode, out) == (130, "")
    assert err.endswith(
        "no trial succeeded; 1 trial failed\nwritten to model.study: program.py, trials.json\ninterrupted\n"
    )


def test_a_library_that_swallows_ctrl_c_while_it_is_imported_does_not_keep_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def swallow() -> None:
        with contextlib.suppress(BaseException):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("hypertemplate.cli.running.preload", swallow)
    with pytest.raises(KeyboardInterrupt):
        _preload()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("command", ["run", "try"])
def test_ctrl_c_while_the_template_loads(template: Template, here: Path, pipe: int, command: str) -> None:
    template(SAY + WAITS + "wait()\n" + MODEL)
    with started(command, "model.py") as process:
        heard(pipe)
        out, err = interrupt(process)
    assert (process.returncode, out) == (130, "")
    assert err.endswith("loading model.py ...\ninterrupted\n")
    assert not (here / "model.study").exists()


def test_ctrl_c_in_a_try_goes_to_the_users_code(template: Template, here: Path, pipe: int) -> None:
    template(SAY + WAITS + MODEL)
    with started("try", "model.py") as process:
        heard(pipe)
        out, err = interrupt(process)
    assert (process.returncode, out) == (130, "waiting\n")
    assert "\nthe trial failed: the trial was interrupted\nTraceback (most recent call last):\n" in err
    assert err.endswith("\nKeyboardInterrupt\n")


def test_a_try_may_go_on_after_ctrl_c(template: Template, here: Path, pipe: int) -> None:
    template(SAY + CATCHES + MODEL)
    with started("try", "model.py") as process:
        heard(pipe)
        out, _ = interrupt(process)
    assert (process.returncode, out) == (0, "waiting\nenough\nloss 0.5\n  x  0.5\n")


def test_a_killed_search_leaves_what_was_finished(template: Template, here: Path, pipe: int) -> None:
    template(SAY + FIRST_PASSES + MODEL)
    with started("run", "model.py", "--max-evals", "5") as process:
        heard(pipe)
        process.kill()
        process.communicate()
    assert [trial["state"] for trial in trials(here / "model.study")["trials"]] == ["COMPLETE"]


def on_a_terminal(*arguments: str, **environment: str) -> tuple[int, str]:
    """Exit status and all that a terminal of 80 columns shows, stdout and stderr together."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-m", "hypertemplate", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **environment},
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown = bytearray()
        with contextlib.suppress(OSError):  # Linux's way to say that nobody has the other end any more
            while data := os.read(ours, 4096):
                shown += data
        os.close(ours)
        return process.wait(), shown.decode()


def test_a_run_on_a_terminal_has_a_bar_and_colours(template: Template) -> None:
    template(TWO)
    status, shown = on_a_terminal("run", "model.py", "--max-evals", "2", *SET)
    assert status == 0
    assert "loading model.py " in shown
    assert "\x1b[1;32m    2.5000" in shown, "a new best is green"
    assert "\x1b[1mbest of 2 trials: trial 0, loss 2.5" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l"), "the cursor is back"


@pytest.mark.parametrize(
    ("environment", "bar"),
    [
        pytest.param({"NO_COLOR": "1"}, True, id="a user who wants no colours still has a bar"),
        pytest.param({"TERM": "dumb"}, False, id="a terminal that cannot move its cursor has none"),
    ],
)
def test_a_run_on_a_plain_terminal(template: Template, environment: dict[str, str], bar: bool) -> None:
    template(TWO)
    status, shown = on_a_terminal("run", "model.py", "--max-evals", "2", *SET, **environment)
    assert status == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown), "no colours"
    assert ("\x1b[?25l" in shown) is bar
    assert ("loading model.py ...\r\n" in shown) is not bar
    assert "\r\nbest of 2 trials: trial 0, loss 2.5\r\n" in shown


def test_what_the_user_should_know_is_said_once(cli: Cli, template: Template) -> None:
    template(
        """\
        def data():
            x = iter([1.0])
            return x

        def model(x):
            return next(x) * {{uniform(0, 1)}}
        """
    )
    note = "note: data() returns a list_iterator, so it runs anew for each trial\n"
    ran = cli("run", "model.py", "--max-evals", "2", "--set", "uniform=0.5")
    assert (ran.status, ran.err.count(note)) == (0, 1)
    assert cli("try", "model.py").err.count(note) == 1


KERAS = """\
import numpy as np
import keras

def data():
    x = np.arange(20.0).reshape(10, 2)
    return x

def model(x):
    network = keras.Sequential([keras.layers.Dense({{choice([1, 2])}}), keras.layers.Dense(1)])
    network.compile({{choice(['sgd', keras.optimizers.Adam(0.1)])}}, 'mse')
    return network.fit(x, x[:, :1], epochs=2, validation_split=0.2, verbose=0)
"""


@pytest.mark.keras
def test_a_search_over_keras_code(cli: Cli, template: Template, here: Path) -> None:
    template(KERAS)
    ran = cli("run", "model.py", "--max-evals", "2", "--set", "Dense=2", "--set", "compile=#1")
    assert ran.status == 0
    assert re.search(
        r"^searching 0 of 2 parameters in model\.py: 2 trials, tpe, seed 1337 \(Keras 3\S* on tensorflow\)$",
        ran.err,
        re.MULTILINE,
    )
    best = trials(here / "model.study")["best"]
    assert best["params"] == {"Dense": 2, "compile": "keras.optimizers.Adam(0.1)"}
    assert set(best["metrics"]) >= {"loss", "val_loss"}
