"""Drivers in processes of their own: their terminals, their output, their end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.executors.base import Died
from hypertemplate.runtime.protocol import Complete, Failed, Finished

from .fifo import Fifo

ROOT = Path(__file__).resolve().parents[2]

DRIVER = """
import contextlib, os, signal, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.protocol import Run
from tests.runtime.programs import program
made = program({setup!r}, {trial!r}, folder=Path({folder!r}))
executor = ProcessExecutor(made, seed=1, **{more!r})
executor.start()
print(type(executor.receive().message).__name__, flush=True)
executor.send(0, Run(0, {{}}, 1))
print(executor.receive().message, flush=True)
executor.close()
"""


def drive(setup: str, trial: str, folder: Path, input: str = "", **more: Any) -> tuple[str, str]:
    """What a driver in a process of its own writes to stdout and stderr."""
    code = DRIVER.format(root=str(ROOT), setup=setup, trial=trial, folder=str(folder), more=more)
    done = subprocess.run(
        [sys.executable, "-c", code], input=input, capture_output=True, text=True, check=True
    )
    return done.stdout, done.stderr


ENDS_WELL = f"Ready\n{Finished(Complete(0.0), {})}\n"


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
    assert out.endswith(f"{Finished(Complete(0.0), {})}\n")
    assert f"> {tmp_path}/model.py(6)model()" in out
    assert err == ""


def test_an_attached_worker_is_ended_alone(tmp_path: Path) -> None:
    """Its process group is the driver's, which goes on."""
    trial = "import os\ndef model():\n    os._exit(3)"
    out, _ = drive("", trial, tmp_path, attached=True)
    assert out == f"Ready\n{Died(Failed('died', 'the worker exited with status 3'))}\n"


@pytest.mark.parametrize("attached", [pytest.param(False, id="own group"), pytest.param(True, id="attached")])
def test_a_driver_that_is_killed_takes_its_worker_along(attached: bool, tmp_path: Path) -> None:
    fifo = Fifo(tmp_path / "fifo")
    trial = f"""
        import os, signal, subprocess
        def model():
            end = open({fifo.path!r}, 'w')
            if not {attached}:
                subprocess.Popen(['sleep', '1000'], stdout=end)
            end.write('started')
            end.flush()
            os.kill(os.getppid(), signal.SIGKILL)
            signal.pause()
    """
    with pytest.raises(subprocess.CalledProcessError) as caught:
        drive("", trial, tmp_path, attached=attached)
    assert caught.value.returncode == -signal.SIGKILL
    assert fifo.wait_for_all() == b"started"
