"""A worker's end of the socket to its driver."""

from __future__ import annotations

import socket
from typing import Protocol

from hypertemplate.errors import WorkerError
from hypertemplate.runtime.protocol import FitMessage, FromWorker, Go, Stop, ToWorker, to_line, to_worker


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

    def close(self) -> None:
        """Close the socket."""
        self._lines.close()
        self._connection.close()

    def send(self, message: FromWorker) -> None:
        """Send a message; raise OSError if the driver is gone."""
        self._connection.sendall(to_line(message))

    def receive(self) -> ToWorker | None:
        """Return the next message, or None at the end of the stream."""
        line = self._lines.readline()
        return to_worker(line) if line else None

    def ask(self, message: FitMessage) -> Go | Stop:
        """Send a message and return its answer, which is `Go` if it does not wait for one.

        Raises:
            WorkerError: the stream ended, or the reply is not an answer.
        """
        self.send(message)
        if not message.waits:
            return Go()
        answer = self.receive()
        if not isinstance(answer, (Go, Stop)):
            raise WorkerError(f"the driver answered {type(message).__name__} with {answer!r}")
        return answer
