"""Workers that are forked from a process which has loaded the program and runs no trial; on Linux."""

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
from hypertemplate.executors.launch import GUARD, Ends, Process, start_afresh
from hypertemplate.executors.sockets import socket_pair
from hypertemplate.executors.worker_process import Child


class Zygote:
    """The process from which workers are forked, from before it has loaded until the search ends.

    What it has loaded, data included, is in memory once for all its workers, as long as they do not write to
    it. Should it die, its workers go on.

    Args:
        room_bytes: workers are forked only if what is loaded takes less memory than this.

    Attributes:
        child: it, once it can be forked.
    """

    def __init__(self, room_bytes: int) -> None:
        self._room_bytes = room_bytes
        self._kept = contextlib.ExitStack()
        self._requests: socket.socket  # once it is started
        self.child: Child | None = None

    def start(self, ends: Ends) -> Process:
        """Start a worker that becomes a zygote if what it loads can be forked.

        Raises:
            OSError: the operating system starts no process.
        """
        self._kept.close()
        with contextlib.ExitStack() as lent:
            self._requests, theirs = socket_pair(self._kept, lent, socket.SOCK_SEQPACKET)
            self._requests.send(str(self._room_bytes).encode())
            return start_afresh(ends, theirs)

    def settle(self, child: Child) -> None:
        """The worker that was started has become a zygote."""
        child.spare()
        self.child = child

    def fork(self, ends: Ends) -> Process:
        """Have a worker forked; where that fails it is one that has died without a word."""
        request = json.dumps([os.getpid(), [sys.executable, "-I", GUARD]]).encode()
        output = cast("int", ends.output)  # none has the driver's terminal
        given = [ends.connection.fileno(), ends.control.fileno(), output]
        # A zygote that is dead closes what it was given, and has nothing to be told.
        with contextlib.suppress(OSError):
            socket.send_fds(self._requests, [request], given)
        return ForkedProcess(ends.report, self._end)

    def _end(self, guard: int) -> None:
        # With the zygote its own guard has come to be the parent, and ends it with the search.
        with contextlib.suppress(OSError):
            self._requests.send(json.dumps(guard).encode())

    def close(self) -> None:
        """End the zygote, and every worker that was forked from it."""
        if self.child is not None:
            self.child.release()
        self._kept.close()


class ForkedProcess:
    """A guard that is no child of the driver: a zygote has forked it.

    Args:
        report: what it reports, if it was forked at all; it alone holds the other end.
        end: has its parent, which alone knows whether its process id is still its own, kill what is left.
    """

    def __init__(self, report: Report, end: Callable[[int], None]) -> None:
        self._report = report
        self._end = end

    def ended(self) -> bool:
        """Whether the guard has ended."""
        return self._report.over(0.0)

    def wait(self, timeout_s: float) -> bool:
        """Whether the guard has ended, for which to wait so long."""
        return self._report.over(timeout_s)

    def kill(self) -> int:
        """Kill what is left; the guard's exit status, as far as it can be known."""
        guard = self._report.guard(0.0)
        if guard is not None:
            self._end(guard)
        return -signal.SIGKILL if self._report.ending() is None else 0
