"""A worker has no terminal: what asks for one fails with the command that gives it one."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, NoReturn

from hypertemplate.compiler.markers.grammar import CHOICES
from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.compiler.program import Program
from hypertemplate.errors import HypertemplateError
from hypertemplate.runtime.hooks.imports import ImportWatcher


class NeedsTerminalError(HypertemplateError):
    """A breakpoint was reached in a process that has no terminal."""


def try_command(program: Program, params: Params) -> str:
    """The shell command that runs one trial with these parameters in the user's own terminal.

    For example ``hypertemplate try model.py --set 'units=#1' --set rate=0.25``.
    """
    words = ["hypertemplate", "try", program.source.name]
    for label, value in params.items():
        chosen = program.space[label].distribution in CHOICES
        words += ["--set", f"{label}=#{int(value)}" if chosen else f"{label}={json.dumps(value)}"]
    return shlex.join(words)


def refuse_breakpoints(watcher: ImportWatcher, command: Callable[[], str]) -> Callable[[], None]:
    """Have `breakpoint()` and `pdb.set_trace()` raise `NeedsTerminalError`.

    A user who names another debugger in ``PYTHONBREAKPOINT``, or ``0`` for none, gets that.

    Args:
        watcher: notices the import of `pdb`.
        command: gives what to type instead.

    Returns:
        What makes breakpoints work again.
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
    """Whether `error` is what `input()` or a debugger raises where nobody can answer."""
    at_end = isinstance(error, EOFError) and str(error) == "EOF when reading a line"
    return at_end or type(error).__name__ == "BdbQuit"
