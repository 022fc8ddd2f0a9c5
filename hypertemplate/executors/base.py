"""What runs trials: the protocol that the search loop drives, whatever stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hypertemplate.runtime.protocol import Failed, FromWorker, ToWorker


@dataclass(frozen=True, slots=True)
class Died:
    """A worker ended without being asked to; what it was running is a failed trial."""

    reason: Failed


@dataclass(frozen=True, slots=True)
class Event:
    """What a worker said, or that it died. Workers are numbered from 0; a replacement keeps the number."""

    worker: int
    message: FromWorker | Died


class Executor(Protocol):
    """Workers that have been told to load a program; each first reports `Ready` or `LoadFailed`.

    A worker that died is replaced when `restart` is called; the replacement loads the program and reports
    `Ready` again before it runs anything.
    """

    @property
    def workers(self) -> int:
        """How many workers there are."""

    def start(self) -> None:
        """Start every worker and send it the program; returns without waiting for `Ready`."""

    def restart(self, worker: int) -> None:
        """Replace a worker that died; it will report `Ready`."""

    def send(self, worker: int, message: ToWorker) -> None:
        """Hand a message to a worker; one that is dead is reported by `receive`, not raised here."""

    def receive(self, timeout_s: float | None = None) -> Event | None:
        """The next event, or None when `timeout_s` seconds passed without one (None waits for ever)."""

    def output(self, worker: int) -> str:
        """The last 20 lines that the worker printed since its last `Run` or `Load`, as plain text."""

    def close(self) -> None:
        """End every worker, running or not, and release everything; safe to call twice."""
