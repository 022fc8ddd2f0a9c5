"""What a search looks like on a terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest

from tests.cli.conftest import Template
from tests.cli.test_run import SET, TWO


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


@pytest.mark.long
def test_a_run_on_a_terminal_has_a_bar_and_colours(template: Template) -> None:
    template(TWO)
    status, shown = on_a_terminal("run", "model.py", "--max-evals", "2", "--rerun-equal", *SET)
    assert status == 0
    assert "loading model.py" in shown
    assert "\x1b[1;32m   2.5000 " in shown, "a new best is green"
    assert "\x1b[1mbest of 2 trials: trial 0, loss 2.5, minimised" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l"), "the cursor is back"


@pytest.mark.long
@pytest.mark.parametrize(
    ("environment", "bar"),
    [
        pytest.param({"NO_COLOR": "1"}, True, id="a user who wants no colours still has a bar"),
        pytest.param({"TERM": "dumb"}, False, id="a terminal that cannot move its cursor has none"),
    ],
)
def test_a_run_on_a_plain_terminal(template: Template, environment: dict[str, str], bar: bool) -> None:
    template(TWO)
    status, shown = on_a_terminal("run", "model.py", "--max-evals", "2", "--rerun-equal", *SET, **environment)
    assert status == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown), "no colours"
    assert ("\x1b[?25l" in shown) is bar
    assert ("loading model.py ...\r\n" in shown) is not bar
    assert "\r\nbest of 2 trials: trial 0, loss 2.5, minimised\r\n" in shown


def test_a_terminal_says_what_goes_on_before_anything_else(template: Template) -> None:
    template("def model():\n    return {{uniform(0, 1)}}\nmodel() +\n")
    status, shown = on_a_terminal("run", "model.py")
    assert status == 1
    announced = [part.strip() for part in shown.split("\r") if part.strip()]
    assert announced[:2] == ["starting hypertemplate", "reading model.py"]
    assert announced[2].startswith("model.py:3:")
    assert shown.index("reading model.py") < shown.index(" " * 16 + "\rmodel.py:3"), "it is taken away"


@pytest.mark.parametrize("arguments", [("--help",), ("space", "model.py"), ("check", "model.py")])
def test_commands_that_answer_at_once_announce_nothing(
    template: Template, arguments: tuple[str, ...]
) -> None:
    template(TWO)
    assert "starting" not in on_a_terminal(*arguments)[1]


@pytest.mark.parametrize("arguments", [("run", "--help"), ("try", "-h"), ("retry", "--help")])
def test_help_begins_a_line_of_its_own(arguments: tuple[str, ...]) -> None:
    status, shown = on_a_terminal(*arguments)
    assert status == 0
    assert re.split(r"[\r\n]+", shown.partition("Usage:")[0])[-1] == "", "nothing stands before it"


def test_long_messages_wrap_between_words_on_a_terminal(template: Template) -> None:
    template(TWO)
    status, shown = on_a_terminal("run", "model.py", "--set", "rate=" + "x " * 60)
    assert status == 2
    lines = shown.split("\r")[-1] if "error" in shown.split("\r")[-1] else shown
    assert max(len(line) for line in lines.replace("\r", "\n").split("\n")) <= 80
