"""Running the command line in this process, in a folder of its own, or as a process."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from hypertemplate.cli import main


class Ran(NamedTuple):
    """A command's exit status and what it printed; what differs from machine to machine reads ``TIME`` and ``CORES``."""

    status: int
    out: str
    err: str


Cli = Callable[..., Ran]
Template = Callable[..., str]

MACHINE = "1 worker on CPU (CORES), Python\n"

RANDOM_START = f"{MACHINE}note: tpe learns after 20 trials, and draws values at random before\n"


def without_measures(text: str) -> str:
    text = re.sub(r" +\d+\.\ds(?=  )", "  TIME", text)
    return re.sub(r"(?<=on CPU \()\d+ cores?", "CORES", text)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of a test: empty, and not the project's."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    """Run the command line with these arguments."""

    def run(*arguments: str) -> Ran:
        capfd.readouterr()
        status = main(arguments)
        printed = capfd.readouterr()
        return Ran(status, printed.out, without_measures(printed.err))

    return run


@pytest.fixture
def template(here: Path) -> Template:
    """Write a template and give its name."""

    def write(text: str, name: str = "model.py") -> str:
        (here / name).write_text(textwrap.dedent(text), encoding="utf-8")
        return name

    return write


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


def interrupted(process: subprocess.Popen[str], number: int = signal.SIGINT) -> tuple[str, str]:
    """Ctrl-C: the terminal signals the whole group of the process; what it then printed."""
    os.killpg(process.pid, number)
    return process.communicate(timeout=60)
