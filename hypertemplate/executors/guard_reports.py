"""What a worker's guard tells the driver: `hypertemplate.runtime.process.guard` writes it."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from typing import NamedTuple


class Ending(NamedTuple):
    """How a worker ended: its exit status or the negative number of a signal, and the most memory it had."""

    status: int
    peak_bytes: int


class Report:
    """The driver's end of the socket to a guard.

    Args:
        control: the socket, which whoever made it closes.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._heard = bytearray()
        self._over = False

    def process(self, timeout_s: float) -> int | None:
        """The worker's process id, for which to wait so long; None if there is none."""
        return self._started(0, timeout_s)

    def guard(self, timeout_s: float) -> int | None:
        """The guard's process id, for which to wait so long; None if there is none."""
        return self._started(1, timeout_s)

    def over(self, timeout_s: float) -> bool:
        """Whether the guard has ended, for which to wait so long."""
        end_s = time.monotonic() + timeout_s
        while self._hear(max(end_s - time.monotonic(), 0.0)):
            pass
        return self._over

    def ending(self) -> Ending | None:
        """How the worker ended, once its guard has ended; None if the guard itself was killed."""
        while self._hear(0.0):
            pass
        _, _, last = self._heard.partition(b"\n")
        if not last:
            return None
        status, peak_bytes = map(int, last.split())
        return Ending(os.waitstatus_to_exitcode(status), peak_bytes)

    def spare(self) -> None:
        """Tell the guard that its worker is a zygote: what is forked from it outlives it, until `let_go`."""
        with contextlib.suppress(OSError):  # it is gone already
            self._control.sendall(b"zygote\n")

    def let_go(self) -> None:
        """Have the guard end the worker and all that it started; what it reports can still be read."""
        with contextlib.suppress(OSError):  # it is gone already
            self._control.shutdown(socket.SHUT_WR)

    def _started(self, place: int, timeout_s: float) -> int | None:
        # It is written before anything that the worker could say.
        while b"\n" not in self._heard and self._hear(timeout_s):
            pass
        first, newline, _ = self._heard.partition(b"\n")
        return int(first.split()[place]) if newline else None

    def _hear(self, timeout_s: float) -> bool:
        """Read more; whether there was any."""
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
