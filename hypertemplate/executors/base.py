"""What runs trials: the protocol that the search loop drives, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hypertemplate.runtime.protocol import Failed, FromWorker, Outcome, ToWorker


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

    A worker that died, or that `worn` names, is replaced when `restart` is called; the replacement loads the
    program and reports `Ready` again before it runs anything.
    """

    @property
    def workers(self) -> int:
        """How many workers there are; it may grow while trials run."""

    @property
    def in_process(self) -> bool:
        """Whether trials run in this process: then Ctrl-C in a trial means the search."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of how trials are run; complete once the workers are started."""

    def start(self, most: int | None = None) -> None:
        """Start the workers and send each the program; returns without waiting for `Ready`.

        Args:
            most: there are never more workers than this, as there are no more trials; None for no limit.
        """

    def restart(self, worker: int) -> None:
        """Replace a worker that died or is worn; it will report `Ready`, or `Died` if it cannot start."""

    def worn(self, worker: int, outcome: Outcome) -> str | None:
        """Why a worker that waits should be replaced before it runs another trial; None if it is sound.

        Args:
            worker: it has ended a trial, and saved or dropped its model.
            outcome: of that trial.
        """

    def send(self, worker: int, message: ToWorker) -> None:
        """Hand a message to a worker; one that is dead is reported by `receive`, not raised here."""

    def attend(self, take: Callable[[Event], None]) -> None:
        """Wait for the next event and hand it to `take`.

        Where trials run in this process, what a trial asks in its middle is handed over in the middle of
        this call, and the answer is to be sent before `take` returns.
        """

    def output(self, worker: int) -> str:
        """The last 20 lines that the worker printed since its last `Run` or `Load`, as plain text."""

    def close(self) -> None:
        """End every worker, running or not, and release everything; safe to call twice."""
