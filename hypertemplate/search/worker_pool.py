"""Workers that have loaded the program, and the second attempt for those that failed to."""

from __future__ import annotations

from collections import Counter

from hypertemplate.executors.base import Executor


class WorkerPool:
    """Workers of a search, as far as it can give them trials.

    While others work the search continues without a worker that dies, or fails, while it loads. That worker
    is tried again when the next trial has ended, or at once if no other is left; there is no third attempt.

    Args:
        executor: executor that has the workers.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._loaded: set[int] = set()
        self._down: set[int] = set()
        self._lost: set[int] = set()
        self._failures: Counter[int] = Counter()

    @property
    def pending(self) -> list[int]:
        """Workers that are to be tried again."""
        return sorted(worker for worker in self._down if self._failures[worker] == 1)

    @property
    def none_left(self) -> bool:
        """True if no worker is left that could run trials."""
        return len(self._down | self._lost) == self._executor.workers and not self._lost

    def is_down(self, worker: int) -> bool:
        """Tell whether a worker has failed to load, and has not been restarted since."""
        return worker in self._down

    def has_loaded(self, worker: int) -> bool:
        """Tell whether a worker can run trials."""
        return worker in self._loaded

    def is_last(self, worker: int) -> bool:
        """Tell whether every other worker has failed to load."""
        return len((self._down | self._lost) - {worker}) + 1 == self._executor.workers

    def loaded(self, worker: int) -> None:
        """Note that a worker has loaded the program; if its replacement fails, that is a first failure."""
        self._loaded.add(worker)
        self._lost.discard(worker)
        del self._failures[worker]

    def lose(self, worker: int) -> None:
        """Note that a worker is lost with its machine; another one may take its number."""
        self._loaded.discard(worker)
        self._down.discard(worker)
        self._lost.add(worker)

    def replace(self, worker: int) -> None:
        """Note that a worker has loaded the program; if its replacement fails, that is a first failure."""
        self._loaded.discard(worker)
        self._executor.restart(worker)

    def retry(self) -> None:
        """Restart the workers that are to be tried again."""
        again = self.pending
        self._down.difference_update(again)
        for worker in again:
            self._executor.restart(worker)

    def failed(self, worker: int, reason: str) -> str:
        """Note that a worker has failed to load the program; return a note for the user."""
        alone = self.is_last(worker)
        self._down.add(worker)
        self._failures[worker] += 1
        lost = f"worker {worker} could not be started: {reason}"
        if alone and self.pending:
            self.retry()
            return f"{lost}; it is tried again"
        if alone:
            return f"the search ends, since the template could not be loaded again: {reason}"
        if self._failures[worker] > 1:
            return f"{lost}; it is not tried again, since it failed twice"
        return f"{lost}; it is tried again after the next trial"
