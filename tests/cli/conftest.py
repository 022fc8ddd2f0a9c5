"""Running the command line in this process, in a folder of its own."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from hypertemplate.cli import main


class Ran(NamedTuple):
    """A command's exit status and what it printed; seconds of trials read ``TIME``."""

    status: int
    out: str
    err: str


Cli = Callable[..., Ran]
Template = Callable[..., str]


def without_times(text: str) -> str:
    return re.sub(r" +\d+\.\ds(?=  )", "  TIME", text)


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
        return Ran(status, printed.out, without_times(printed.err))

    return run


@pytest.fixture
def template(here: Path) -> Template:
    """Write a template and give its name."""

    def write(text: str, name: str = "model.py") -> str:
        (here / name).write_text(textwrap.dedent(text), encoding="utf-8")
        return name

    return write
