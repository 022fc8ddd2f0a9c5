"""Launch of a worker's process behind its guard, and the driver's handle on it."""

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

# Python alone: no installed package, and nothing that one of them runs in each Python that starts.
ALONE = ("-I", "-S")

# The current directory is not on the path while the process boots, or a user's random.py would replace
# Python's. The package is the driver's own, whatever else is installed.
_BOOT = """
import sys
if sys.path and not sys.path[0]:
    del sys.path[0]
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
folder, connections = sys.argv[1:]
name = "hypertemplate"
spec = spec_from_file_location(name, folder + "/__init__.py", submodule_search_locations=[folder])
sys.modules[name] = module_from_spec(spec)
spec.loader.exec_module(sys.modules[name])
import_module("{module}").main(*map(int, connections.split(",")))
"""


def boot_of(module: str) -> str:
    """Return the code of a new Python that calls `main` of a module of the package.

    Its arguments are the package's folder, and the descriptors that `main` gets, with commas between.
    """
    return _BOOT.format(module=module)


BOOT = boot_of("hypertemplate.runtime.worker")


class Process(Protocol):
    """A guard, and with it its worker, as the driver sees them."""

    def ended(self) -> bool:
        """Return True if the guard has ended."""

    def wait(self, timeout_s: float) -> bool:
        """Return True if the guard ends within the timeout."""

    def kill(self) -> int:
        """Kill the rest of the guard's processes.

        Returns:
            The guard's exit status, or the negative number of the signal that ended it.
        """


class Ends(NamedTuple):
    """Resources that a worker's process is given.

    Attributes:
        environment: all environment variables.
        attached: whether it has the driver's terminal, stdin and process group.
        connection: the worker's end of the socket for messages.
        control: the guard's end of the socket for reports.
        output: descriptor of its output file; None for the driver's own stdout and stderr.
        report: the driver's end of the socket for reports.
    """

    environment: Mapping[str, str]
    attached: bool
    connection: socket.socket
    control: socket.socket
    output: int | None
    report: Report


Start = Callable[[Ends], Process]
"""Function that starts a process; it raises OSError if the operating system starts none."""


class StartedProcess:
    """A guard that is a child of the driver."""

    def __init__(self, popen: subprocess.Popen[bytes], *, attached: bool) -> None:
        self._popen = popen
        self._attached = attached

    def ended(self) -> bool:
        """Return True if the guard has ended."""
        return self._popen.poll() is not None

    def wait(self, timeout_s: float) -> bool:
        """Return True if the guard ends within the timeout."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout_s)
        return self.ended()

    def kill(self) -> int:
        """Kill the rest of the guard's processes; return the guard's exit status."""
        if self._attached:
            self._popen.kill()
        else:
            # If the guard was killed, the worker's processes are in its group.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
        return self._popen.wait()


def start_afresh(ends: Ends, *lent: socket.socket) -> Process:
    """Start a guard, which starts a new Python for the worker.

    Args:
        ends: resources of the worker.
        lent: more sockets for the worker.

    Raises:
        OSError: the operating system does not start a process.
    """
    connections = ",".join(str(one.fileno()) for one in (ends.connection, *lent))
    here = "attached" if ends.attached else "own"
    guard = [GUARD, str(ends.control.fileno()), str(os.getpid()), connections, here]
    worker = [sys.executable, "-c", BOOT, str(PACKAGE), connections]
    popen = subprocess.Popen(
        [sys.executable, *ALONE, *guard, *worker],
        stdin=None if ends.attached else subprocess.DEVNULL,
        stdout=ends.output,
        stderr=ends.output,
        env=dict(ends.environment),
        pass_fds=[one.fileno() for one in (ends.connection, ends.control, *lent)],
        start_new_session=not ends.attached,
    )
    return StartedProcess(popen, attached=ends.attached)
