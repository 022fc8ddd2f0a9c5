"""Starting the process of a worker behind its guard, and what the driver does with it then."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from hypertemplate.executors.guard_reports import Report

PACKAGE = Path(__file__).resolve().parents[1]

GUARD = str(PACKAGE / "runtime" / "process" / "guard.py")

# The current directory is not on the path while the worker boots, or a user's random.py would stand in
# for Python's. The package is the driver's own, whatever else is installed.
BOOT = """
import sys
if sys.path and not sys.path[0]:
    del sys.path[0]
from importlib.util import module_from_spec, spec_from_file_location
folder, connections = sys.argv[1:]
name = "hypertemplate"
spec = spec_from_file_location(name, folder + "/__init__.py", submodule_search_locations=[folder])
sys.modules[name] = module_from_spec(spec)
spec.loader.exec_module(sys.modules[name])
from hypertemplate.runtime.worker import main
main(*map(int, connections.split(",")))
"""


class Process(Protocol):
    """A guard, and with it its worker, as the driver knows them."""

    def ended(self) -> bool:
        """Whether the guard has ended."""

    def wait(self, timeout_s: float) -> bool:
        """Whether the guard has ended, for which to wait so long."""

    def kill(self) -> int:
        """Kill what is left.

        Returns:
            The guard's exit status, or the negative number of the signal that ended it.
        """


class Ends(NamedTuple):
    """What a worker's process is given.

    Attributes:
        environment: all its variables.
        attached: whether it has the driver's terminal, stdin and process group.
        connection: its end of the socket for messages.
        control: its guard's end of the socket for reports.
        output: the descriptor of the file to which it prints; None for the driver's own stdout and stderr.
        report: the driver's end of the socket for reports.
    """

    environment: Mapping[str, str]
    attached: bool
    connection: socket.socket
    control: socket.socket
    output: int | None
    report: Report


Start = Callable[[Ends], Process]
"""Starts a process; OSError if the operating system starts none."""


class StartedProcess:
    """A guard that is a child of the driver."""

    def __init__(self, popen: subprocess.Popen[bytes], *, attached: bool) -> None:
        self._popen = popen
        self._attached = attached

    def ended(self) -> bool:
        """Whether the guard has ended."""
        return self._popen.poll() is not None

    def wait(self, timeout_s: float) -> bool:
        """Whether the guard has ended, for which to wait so long."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout_s)
        return self.ended()

    def kill(self) -> int:
        """Kill what is left; the guard's exit status."""
        if self._attached:
            self._popen.kill()
        else:
            # Should the guard have been killed: what the worker started is in its group.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
        return self._popen.wait()


def start_afresh(ends: Ends, *lent: socket.socket) -> Process:
    """Start a guard, which starts a new Python for the worker.

    Args:
        ends: what the worker is given.
        lent: more sockets for the worker.

    Raises:
        OSError: the operating system starts no process.
    """
    connections = ",".join(str(one.fileno()) for one in (ends.connection, *lent))
    here = "attached" if ends.attached else "own"
    guard = [GUARD, str(ends.control.fileno()), str(os.getpid()), connections, here]
    worker = [sys.executable, "-c", BOOT, str(PACKAGE), connections]
    popen = subprocess.Popen(
        [sys.executable, "-I", *guard, *worker],
        stdin=None if ends.attached else subprocess.DEVNULL,
        stdout=ends.output,
        stderr=ends.output,
        env=dict(ends.environment),
        pass_fds=[one.fileno() for one in (ends.connection, ends.control, *lent)],
        start_new_session=not ends.attached,
    )
    return StartedProcess(popen, attached=ends.attached)
