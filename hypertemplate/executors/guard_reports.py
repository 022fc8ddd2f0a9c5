"""Reports of a worker's guard to the driver, which `hypertemplate.runtime.process.guard` writes."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from typing import NamedTuple


class Ending(NamedTuple):
    """End of a worker: its exit status or the negative number of a signal, and its peak memory."""

    status: int
    peak_bytes: int


class Report:
    """The driver's end of the socket to a guard.

    Args:
        control: the socket, which its creator closes.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._heard = bytearray()
        self._over = False

    def process(self, timeout_s: float) -> int | None:
        """Return the worker's process id; None if it has not started within the timeout."""
        return self._started(0, timeout_s)

    def guard(self, timeout_s: float) -> int | None:
        """Return the guard's process id; None if it has not started within the timeout."""
        return self._started(1, timeout_s)

    def over(self, timeout_s: float) -> bool:
        """Return True if the guard ends within the timeout."""
        end_s = time.monotonic() + timeout_s
        while self._hear(max(end_s - time.monotonic(), 0.0)):
            pass
        return self._over

    def ending(self) -> Ending | None:
        """Return how the worker ended, once its guard has ended; None if the guard itself was killed."""
        while self._hear(0.0):
            pass
        _, _, last = self._heard.partition(b"\n")
        if not last:
            return None
        status, peak_bytes = map(int, last.split())
        return Ending(os.waitstatus_to_exitcode(status), peak_bytes)

    def spare(self) -> None:
        """Tell the guard that its worker is a zygote, whose forked processes outlive it, until `let_go`."""
        with contextlib.suppress(OSError):  # it is already gone
            self._control.sendall(b"zygote\n")

    def let_go(self) -> None:
        """Tell the guard to end the worker and all that it started; its report can still be read."""
        with contextlib.suppress(OSError):  # it is already gone
            self._control.shutdown(socket.SHUT_WR)

    def _started(self, place: int, timeout_s: float) -> int | None:
        # The guard writes it before the worker can send anything.
        while b"\n" not in self._heard and self._hear(timeout_s):
            pass
        first, newline, _ = self._heard.partition(b"\n")
        return int(first.split()[place]) if newline else None

    def _hear(self, timeout_s: float) -> bool:
        """Read more; return True if there was any."""
        if self._over:
            return False
        self._control.settimeout(timeout_s)
        try:
            data = self._control.recv(4096)
        except (BlockingIOError, TimeoutError):
            return False
        except OSError:
            data = b""
        self._heard += data
        self._over = not data
        return bool(data)
