"""Protocol of an executor, which the search loop drives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hypertemplate.runtime.protocol import Failed, FromWorker, Outcome, ToWorker


@dataclass(frozen=True, slots=True)
class Died:
    """Unexpected end of a worker; the trial that it was running has failed."""

    reason: Failed


@dataclass(frozen=True, slots=True)
class Lost:
    """Loss of a worker with its machine: the trial that it was running is not to blame.

    The number is free then. A worker that takes its place reports `Ready`.

    Attributes:
        reason: what became of the machine.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """A worker's message, death or loss. Workers are numbered from 0; a replacement keeps the number."""

    worker: int
    message: FromWorker | Died | Lost


class Executor(Protocol):
    """Workers that were told to load a program; each first reports `Ready` or `LoadFailed`.

    A worker that died, or that `worn` names, is replaced when `restart` is called; the replacement loads the
    program and reports `Ready` again before it runs anything.
    """

    @property
    def workers(self) -> int:
        """Number of workers; it may grow while trials run."""

    @property
    def in_process(self) -> bool:
        """True if trials run in this process: Ctrl-C in a trial then means the search."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes for the user on how trials run; complete once the workers have started."""

    def start(self, most: int | None = None) -> None:
        """Start the workers and send each the program; return without waiting for `Ready`.

        Args:
            most: most workers, because there are no more trials; None for no limit.
        """

    def restart(self, worker: int) -> None:
        """Replace a worker that died or is worn; it will report `Ready`, or `Died` if it cannot start."""

    def worn(self, worker: int, outcome: Outcome) -> str | None:
        """Return the reason why an idle worker should be replaced before another trial; None if it is sound.

        Args:
            worker: number of a worker that has ended a trial, and saved or dropped its model.
            outcome: outcome of that trial.
        """

    def send(self, worker: int, message: ToWorker) -> None:
        """Send a message to a worker; `receive` reports a dead one, this does not raise."""

    def attend(self, take: Callable[[Event], None]) -> None:
        """Wait for the next event and pass it to `take`.

        If trials run in this process, a trial's request is passed on in the middle of this call, and the
        answer must be sent before `take` returns.
        """

    def output(self, worker: int) -> str:
        """Return the last 20 lines of output since the worker's last `Run` or `Load`, as plain text."""

    def close(self) -> None:
        """End every worker, running or not, and release all resources; a second call has no effect."""
