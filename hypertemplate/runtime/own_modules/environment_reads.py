"""Variables of the environment that code reads, by itself or by a program that it starts."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from hypertemplate.runtime.hooks.patch import replace
from hypertemplate.runtime.own_code import is_own_module_name

_MESSAGES = frozenset({"gettext", "shutil"})
"""Modules that read variables for texts that people see: their language, the width of a terminal."""

_PATHS = frozenset({"_collections_abc", "collections.abc", "os", *_MESSAGES})
"""Modules through which others read a variable."""

_GIVEN = 7
"""Position of a program's variables among the arguments of ``Popen._execute_child``."""

_unnoticed: list[None] = []


class EnvironmentReads:
    """Variables that code has read.

    Attributes:
        names: names of those that it has read, and had not set before.
        all: whether it has listed all of them.
        by_programs: whether it has started a program, which gets all of them.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.all = False
        self.by_programs = False
        self._set: set[str] = set()

    def read(self, name: str | bytes) -> None:
        """Note that a variable is read."""
        text = os.fsdecode(name)
        if text not in self._set and not _is_for_messages():
            self.names.add(text)

    def set(self, name: str | bytes) -> None:
        """Note that a variable is set, or removed: its value is the code's own from then on."""
        self._set.add(os.fsdecode(name))


@contextlib.contextmanager
def unnoticed() -> Iterator[None]:
    """Read variables in this context without being noticed: not for the user's code."""
    _unnoticed.append(None)
    try:
        yield
    finally:
        _unnoticed.pop()


@contextlib.contextmanager
def environment_reads() -> Iterator[EnvironmentReads]:
    """Note the variables that are read in this context."""
    reads = EnvironmentReads()
    kind = type(os.environ)
    get, assign, delete, each = kind.__getitem__, kind.__setitem__, kind.__delitem__, kind.__iter__
    system, execute = os.system, subprocess.Popen._execute_child  # type: ignore[attr-defined]

    def getitem(environment: Any, name: Any) -> Any:
        if not _unnoticed:
            reads.read(name)
        return get(environment, name)

    def setitem(environment: Any, name: Any, value: Any) -> None:
        assign(environment, name, value)
        reads.set(name)

    def delitem(environment: Any, name: Any) -> None:
        delete(environment, name)
        reads.set(name)

    def listed(environment: Any) -> Iterator[Any]:
        reads.all = reads.all or not _unnoticed
        return each(environment)

    def started(*args: Any) -> Any:
        reads.by_programs = reads.by_programs or args[_GIVEN] is None
        with unnoticed():  # to find the program
            return execute(*args)

    def started_by_shell(command: Any) -> int:
        reads.by_programs = True
        return system(command)

    with contextlib.ExitStack() as undone:
        methods = {"__getitem__": getitem, "__setitem__": setitem, "__delitem__": delitem, "__iter__": listed}
        for name, mine in methods.items():
            undone.callback(replace(kind, name, mine))
        undone.callback(replace(subprocess.Popen, "_execute_child", started))
        undone.callback(replace(os, "system", started_by_shell))
        yield reads


def _is_for_messages() -> bool:
    """Return True where a library reads a variable for a text that people see."""
    frame = sys._getframe(3)
    found = False
    while frame.f_globals.get("__name__") in _PATHS and frame.f_back is not None:
        found = found or frame.f_globals["__name__"] in _MESSAGES
        frame = frame.f_back
    return found and not is_own_module_name(str(frame.f_globals.get("__name__", "")))
