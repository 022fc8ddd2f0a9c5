from __future__ import annotations

import pdb
import sys
from pathlib import Path

import pytest

from hypertemplate.runtime.failures.no_terminal import (
    NeedsTerminalError,
    asked_for_input,
    refuse_breakpoints,
    try_command,
)
from hypertemplate.runtime.hooks.imports import ImportWatcher
from tests.runtime.programs import choice, program, uniform


@pytest.mark.parametrize(
    ("name", "params", "command"),
    [
        pytest.param("model.py", {}, "hypertemplate try model.py", id="no parameters"),
        pytest.param(
            "model.py",
            {"rate": 0.25, "units": 1},
            "hypertemplate try model.py --set rate=0.25 --set 'units=#1'",
            id="a number as it is, an option by its index",
        ),
        pytest.param(
            "my models/a'b.py",
            {"rate": 1e-05},
            "hypertemplate try 'my models/a'\"'\"'b.py' --set rate=1e-05",
            id="a path that a shell would split",
        ),
    ],
)
def test_the_command_that_tries_this_trial(name: str, params: dict[str, float], command: str) -> None:
    made = program(
        folder=Path("/home/me"), name=name, parameters=(uniform("rate"), choice("units", "64", "'many'"))
    )
    assert try_command(made, params) == command


@pytest.fixture
def untouched(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Puts the hooks back."""
    monkeypatch.setattr(sys, "breakpointhook", sys.breakpointhook)
    monkeypatch.setattr(pdb, "set_trace", pdb.set_trace)
    monkeypatch.delenv("PYTHONBREAKPOINT", raising=False)
    return monkeypatch


def test_breakpoints_say_what_to_run(untouched: pytest.MonkeyPatch) -> None:
    refuse_breakpoints(ImportWatcher(), lambda: "hypertemplate try model.py")
    message = "a breakpoint needs a terminal, and a worker has none; run: hypertemplate try model.py"
    with pytest.raises(NeedsTerminalError) as caught:
        breakpoint()
    assert str(caught.value) == message
    with pytest.raises(NeedsTerminalError) as caught:
        pdb.set_trace(header="here")
    assert str(caught.value) == message


def test_a_debugger_that_the_user_has_named_is_called(untouched: pytest.MonkeyPatch) -> None:
    untouched.setenv("PYTHONBREAKPOINT", "0")
    refuse_breakpoints(ImportWatcher(), lambda: "")
    breakpoint()


def input_error() -> BaseException:
    try:
        with Path("/dev/null").open() as sys.stdin:
            input()
    except EOFError as error:
        return error
    finally:
        sys.stdin = sys.__stdin__
    raise AssertionError("input() found something")


class BdbQuit(Exception):
    """As `bdb` raises it."""


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        pytest.param(input_error(), True, id="what input() raises"),
        pytest.param(BdbQuit(), True, id="what a debugger raises"),
        pytest.param(EOFError("Ran out of input"), False, id="what pickle raises"),
        pytest.param(ValueError("EOF when reading a line"), False, id="another exception"),
    ],
)
def test_asking_for_input(error: BaseException, asked: bool) -> None:
    assert asked_for_input(error) is asked
