"""Breakpoints in a worker, which has no terminal: they fail with a command that runs the trial in one."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NoReturn

from hypertemplate.compiler.markers.grammar import CHOICES
from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.compiler.program import Program
from hypertemplate.errors import HypertemplateError
from hypertemplate.runtime.hooks.imports import ImportWatcher


class NeedsTerminalError(HypertemplateError):
    """Failure of a breakpoint in a process without a terminal."""


def try_command(program: Program, params: Params, arguments: Sequence[str] = ()) -> str:
    """Return the shell command that runs one trial with these parameters in the user's own terminal.

    For example ``hypertemplate try model.py --set 'units=#1' --set rate=0.25``.

    Args:
        program: program of the trial.
        params: its parameters.
        arguments: arguments of the template itself.
    """
    words = ["hypertemplate", "try", program.source.name]
    for label, value in params.items():
        chosen = program.space[label].distribution in CHOICES
        words += ["--set", f"{label}=#{int(value)}" if chosen else f"{label}={json.dumps(value)}"]
    return shlex.join([*words, *(["--", *arguments] if arguments else [])])


def refuse_breakpoints(watcher: ImportWatcher, command: Callable[[], str]) -> Callable[[], None]:
    """Make `breakpoint()` and `pdb.set_trace()` raise `NeedsTerminalError`.

    Users who set another debugger in ``PYTHONBREAKPOINT``, or ``0`` for none, get that.

    Args:
        watcher: watcher for the import of `pdb`.
        command: returns the command to run instead.

    Returns:
        A function that makes breakpoints work again.
    """
    hook = sys.breakpointhook
    replaced: list[tuple[ModuleType, Any]] = []

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise NeedsTerminalError(f"a breakpoint needs a terminal, and a worker has none; run: {command()}")

    def refuse_in(pdb: ModuleType) -> None:
        replaced.append((pdb, pdb.set_trace))
        pdb.set_trace = refuse  # type: ignore[attr-defined]

    if not os.environ.get("PYTHONBREAKPOINT"):
        sys.breakpointhook = refuse
    watcher.watch("pdb", refuse_in)

    def allow() -> None:
        sys.breakpointhook = hook
        for pdb, set_trace in replaced:
            pdb.set_trace = set_trace  # type: ignore[attr-defined]

    return allow


def asked_for_input(error: BaseException) -> bool:
    """Return True for the exception of `input()` or of a debugger where nobody can answer."""
    at_end = isinstance(error, EOFError) and str(error) == "EOF when reading a line"
    return at_end or type(error).__name__ == "BdbQuit"
