"""Workers forked from a process that has loaded the program and runs no trial; Linux only."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import cast

from hypertemplate.executors.guard_reports import Report
from hypertemplate.executors.launch import ALONE, GUARD, Ends, Process, start_afresh
from hypertemplate.executors.sockets import socket_pair
from hypertemplate.executors.worker_process import Child


class Zygote:
    """The process that workers are forked from, from before it has loaded until the search ends.

    All its workers share the memory of what it has loaded, data included, as long as they do not write to it.
    If it dies, its workers continue.

    Args:
        room_bytes: most memory of the loaded program for workers to be forked.

    Attributes:
        child: the process, once it can be forked.
    """

    def __init__(self, room_bytes: int) -> None:
        self._room_bytes = room_bytes
        self._kept = contextlib.ExitStack()
        self._requests: socket.socket  # set by `start`
        self.child: Child | None = None

    def start(self, ends: Ends) -> Process:
        """Start a worker that becomes a zygote if the loaded program can be forked.

        Raises:
            OSError: the operating system does not start a process.
        """
        self._kept.close()
        with contextlib.ExitStack() as lent:
            self._requests, theirs = socket_pair(self._kept, lent, socket.SOCK_SEQPACKET)
            self._requests.send(str(self._room_bytes).encode())
            return start_afresh(ends, theirs)

    def settle(self, child: Child) -> None:
        """Record that the started worker has become a zygote."""
        child.spare()
        self.child = child

    def fork(self, ends: Ends) -> Process:
        """Fork a worker; if that fails, it is one that has died without a word."""
        request = json.dumps([os.getpid(), [sys.executable, *ALONE, GUARD]]).encode()
        output = cast("int", ends.output)  # forked workers never have the driver's terminal
        given = [ends.connection.fileno(), ends.control.fileno(), output]
        # A dead zygote closes its descriptors, and cannot be told anything.
        with contextlib.suppress(OSError):
            socket.send_fds(self._requests, [request], given)
        return ForkedProcess(ends.report, self._end)

    def _end(self, guard: int) -> None:
        # With the zygote dead, its own guard is the parent, and ends it with the search.
        with contextlib.suppress(OSError):
            self._requests.send(json.dumps(guard).encode())

    def close(self) -> None:
        """End the zygote, and every worker that was forked from it."""
        if self.child is not None:
            self.child.release()
        self._kept.close()


class ForkedProcess:
    """A guard that is a child of the zygote rather than of the driver.

    Args:
        report: reports of the guard, if it was forked; it alone has the other end.
        end: makes its parent kill the rest; only the parent knows if the process id is still the guard's.
    """

    def __init__(self, report: Report, end: Callable[[int], None]) -> None:
        self._report = report
        self._end = end

    def ended(self) -> bool:
        """Return True if the guard has ended."""
        return self._report.over(0.0)

    def wait(self, timeout_s: float) -> bool:
        """Return True if the guard ends within the timeout."""
        return self._report.over(timeout_s)

    def kill(self) -> int:
        """Kill the rest of the guard's processes; return its exit status, as far as it is known."""
        guard = self._report.guard(0.0)
        if guard is not None:
            self._end(guard)
        return -signal.SIGKILL if self._report.ending() is None else 0
