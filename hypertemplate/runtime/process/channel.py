"""A worker's end of the socket to its driver."""

from __future__ import annotations

import socket
from dataclasses import replace
from time import monotonic  # a trial may replace it in its module
from typing import Protocol

from hypertemplate.errors import WorkerError
from hypertemplate.runtime.protocol import (
    Epoch,
    FitMessage,
    FitStarted,
    FromWorker,
    Go,
    Stop,
    ToWorker,
    to_line,
    to_worker,
)

PAUSE_S = 0.1
"""Least seconds between two messages about rounds of one boosting fit.

Each wakes the driver, which takes longer than many a round.
"""


class Driver(Protocol):
    """The driver as a loaded program sees it, local or in another process."""

    def send(self, message: FromWorker) -> None:
        """Send a message without waiting for an answer."""

    def receive(self) -> ToWorker | None:
        """Return the next message, or None if there will be no more."""

    def ask(self, message: FitMessage) -> Go | Stop:
        """Send a message and return its answer, which is `Go` if it does not wait for one."""


class Channel:
    """Connection that carries messages to and from the driver.

    Args:
        connection: a connected socket, which the channel keeps.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = connection.makefile("rb")
        self._fits_of_rounds: set[int] = set()
        self._held: list[tuple[float, Epoch]] = []
        self._sent_s = -PAUSE_S

    def close(self) -> None:
        """Close the socket."""
        self._lines.close()
        self._connection.close()

    def send(self, message: FromWorker) -> None:
        """Send a message, after those that were held back; raise OSError if the driver is gone."""
        held, self._held = self._held, []
        self._sent_s = now_s = monotonic()
        before = (replace(epoch, ago_s=epoch.ago_s + now_s - since_s) for since_s, epoch in held)
        self._connection.sendall(b"".join(map(to_line, (*before, message))))

    def receive(self) -> ToWorker | None:
        """Return the next message, or None at the end of the stream."""
        line = self._lines.readline()
        return to_worker(line) if line else None

    def ask(self, message: FitMessage) -> Go | Stop:
        """Send a message and return its answer, which is `Go` if it does not wait for one.

        Rounds of boosting that do not wait are held back for `PAUSE_S`, until a message after that.

        Raises:
            WorkerError: the stream ended, or the reply is not an answer.
        """
        if not message.waits and self._is_early(message):
            return Go()
        self.send(message)
        if not message.waits:
            return Go()
        answer = self.receive()
        if not isinstance(answer, (Go, Stop)):
            raise WorkerError(f"the driver answered {type(message).__name__} with {answer!r}")
        return answer

    def _is_early(self, message: FitMessage) -> bool:
        """Hold a message back if it comes too soon after the last one; return True if it does."""
        match message:
            case FitStarted(fit, unit="round"):
                self._fits_of_rounds.add(fit)
            case FitStarted(fit):
                self._fits_of_rounds.discard(fit)
            case Epoch(fit) if fit in self._fits_of_rounds and monotonic() - self._sent_s < PAUSE_S:
                self._held.append((monotonic(), message))
                return True
        return False
