"""Drivers in processes of their own: their terminals, their output, their end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.executors.base import Died
from hypertemplate.origin import RETURNED_LOSS
from hypertemplate.runtime.protocol import Complete, Failed, Finished

from .fifo import Fifo

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]

DRIVER = """
import contextlib, os, signal, sys
os.environ["DRIVER"] = str(os.getpid())
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.executors.workers import process_executor
from hypertemplate.runtime.protocol import Run
from tests.runtime.programs import program
made = program({setup!r}, {trial!r}, folder=Path({folder!r}))
executor = process_executor(made, seed=1, **{more!r})
executor.start()
print(type(executor.receive().message).__name__, flush=True)
executor.send(0, Run(0, {{}}, 1))
print(executor.receive().message, flush=True)
executor.close()
"""


def driver(setup: str, trial: str, folder: Path, **more: Any) -> str:
    """The code of a driver that runs one trial."""
    return DRIVER.format(root=str(ROOT), setup=setup, trial=trial, folder=str(folder), more=more)


def drive(setup: str, trial: str, folder: Path, input: str = "", **more: Any) -> tuple[str, str]:
    """What a driver in a process of its own writes to stdout and stderr."""
    code = driver(setup, trial, folder, **more)
    done = subprocess.run(
        [sys.executable, "-c", code], input=input, capture_output=True, text=True, check=True
    )
    return done.stdout, done.stderr


ENDS_WELL = f"Ready\n{Finished(Complete(0.0), {}, origin=RETURNED_LOSS)}\n"


def test_shown_output_goes_to_the_drivers_stderr(tmp_path: Path) -> None:
    trial = "def model():\n    print('running')\n    return 0"
    out, err = drive("print('loading')", trial, tmp_path, show_output=True)
    assert (out, err) == (ENDS_WELL, "loading\nrunning\n")


def test_an_attached_worker_stops_at_breakpoints_in_the_drivers_terminal(tmp_path: Path) -> None:
    trial = """
        import os
        def model():
            assert os.getpgrp() == os.getpgid(os.getppid())
            units = 64
            breakpoint()
            return units - int(input('units? '))
    """
    out, err = drive("", trial, tmp_path, "p units\np units + 1\nc\n64\n", attached=True)
    assert "(Pdb) 64\n(Pdb) 65\n(Pdb) units? " in out
    assert out.endswith(f"{Finished(Complete(0.0), {}, origin=RETURNED_LOSS)}\n")
    assert f"> {tmp_path}/model.py(6)model()" in out
    assert err == ""


def test_an_attached_worker_is_ended_alone(tmp_path: Path) -> None:
    """Its process group is the driver's, which goes on."""
    trial = "import os\ndef model():\n    os._exit(3)"
    out, _ = drive("", trial, tmp_path, attached=True)
    assert out == f"Ready\n{Died(Failed('died', 'the worker exited with status 3'))}\n"


IN_ITS_GROUP = "subprocess.Popen(['sleep', '1000'], stdout=end)"
IN_ITS_OWN_SESSION = "subprocess.Popen(['sleep', '1000'], stdout=end, start_new_session=True)"
A_DAEMON = "subprocess.run(['sh', '-c', 'setsid sleep 1000 &'], stdout=end)"


@pytest.mark.parametrize(
    ("attached", "starts"),
    [
        pytest.param(False, "", id="a worker alone"),
        pytest.param(False, IN_ITS_GROUP, id="what it has started"),
        pytest.param(False, IN_ITS_OWN_SESSION, id="what it has started in a session of its own"),
        pytest.param(False, A_DAEMON, id="what it has started and lost sight of"),
        pytest.param(False, "os.setsid()", id="one that has left its session"),
        pytest.param(True, "", id="attached"),
        pytest.param(True, IN_ITS_GROUP, id="what an attached one has started"),
    ],
)
def test_a_driver_that_is_killed_takes_along(attached: bool, starts: str, tmp_path: Path) -> None:
    fifo = Fifo(tmp_path / "fifo")
    trial = f"""
        import os, signal, subprocess
        def model():
            end = open({fifo.path!r}, 'w')
            {starts}
            end.write('started')
            end.flush()
            os.kill(int(os.environ['DRIVER']), signal.SIGKILL)
            signal.pause()
    """
    with pytest.raises(subprocess.CalledProcessError) as caught:
        drive("", trial, tmp_path, attached=attached)
    assert caught.value.returncode == -signal.SIGKILL
    assert fifo.wait_for_all() == b"started"


def test_a_driver_that_is_killed_takes_a_worker_along_that_never_looks_up(tmp_path: Path) -> None:
    """The search for a match holds Python's lock for years."""
    fifo = Fifo(tmp_path / "fifo")
    trial = f"""
        import os, re, subprocess
        def model():
            end = open({fifo.path!r}, 'w')
            subprocess.Popen(['sh', '-c', 'kill -KILL $DRIVER'])
            re.match('(a+)+$', 'a' * 64 + 'b')
    """
    with pytest.raises(subprocess.CalledProcessError):
        drive("", trial, tmp_path)
    assert fifo.wait_for_all() == b""


def test_a_process_that_the_driver_has_forked_keeps_no_worker_alive(tmp_path: Path) -> None:
    """As `multiprocessing` forks them in a notebook; they hold the driver's end of every socket."""
    fifo = Fifo(tmp_path / "fifo")
    trial = f"""
        import os, signal
        def model():
            end = open({fifo.path!r}, 'w')
            os.kill(int(os.environ['DRIVER']), signal.SIGKILL)
            signal.pause()
    """
    code = driver("", trial, tmp_path).replace(
        "executor.send(0", "if os.fork() == 0: os._exit(len(os.read(0, 1)))\nexecutor.send(0", 1
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        assert process.wait() == -signal.SIGKILL
        assert fifo.wait_for_all() == b""
        assert process.stdin is not None
        process.stdin.close()  # now the forked process ends too


@pytest.mark.parametrize(
    "closed",
    [
        pytest.param("<&-", id="stdin"),
        pytest.param("2>&-", id="stderr"),
        pytest.param("<&- 2>&-", id="stdin and stderr"),
    ],
)
@pytest.mark.parametrize("shown", [pytest.param(False, id="silent"), pytest.param(True, id="with output")])
def test_a_driver_may_have_closed(closed: str, shown: bool, tmp_path: Path) -> None:
    code = driver("", "def model():\n    print('running')\n    return 0", tmp_path, show_output=shown)
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ENDS_WELL


def test_a_worker_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    code = driver("", "def model():\n    return 0", tmp_path).replace(
        "executor.start()",
        "import threading\nstarting = threading.Thread(target=executor.start)\nstarting.start()\nstarting.join()",
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ENDS_WELL
