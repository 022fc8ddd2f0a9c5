"""Which workers have loaded the program, and what becomes of those that could not load it again."""

from __future__ import annotations

from collections import Counter

from hypertemplate.executors.base import Executor


class WorkerPool:
    """The workers of a search as far as it can give them trials.

    While others are well the search goes on without a worker that dies, or fails, while it loads. It is
    tried again when the next trial has ended, or at once where no other is left; a second time it is not.

    Args:
        executor: has the workers.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._loaded: set[int] = set()
        self._down: set[int] = set()
        self._failures: Counter[int] = Counter()

    @property
    def pending(self) -> list[int]:
        """Those that are to be tried again."""
        return sorted(worker for worker in self._down if self._failures[worker] == 1)

    @property
    def none_left(self) -> bool:
        """Whether there is no worker that could run anything."""
        return len(self._down) == self._executor.workers

    def is_down(self, worker: int) -> bool:
        """Whether a worker has failed to load, and was not started again since."""
        return worker in self._down

    def has_loaded(self, worker: int) -> bool:
        """Whether a worker can run trials."""
        return worker in self._loaded

    def is_last(self, worker: int) -> bool:
        """Whether every other worker has failed to load."""
        return len(self._down - {worker}) + 1 == self._executor.workers

    def loaded(self, worker: int) -> None:
        """A worker has loaded the program; should its replacement fail, that is a first failure."""
        self._loaded.add(worker)
        del self._failures[worker]

    def replace(self, worker: int) -> None:
        """Have another process in place of a worker that died or is worn."""
        self._loaded.discard(worker)
        self._executor.restart(worker)

    def retry(self) -> None:
        """Start those again that wait for it."""
        again = self.pending
        self._down.difference_update(again)
        for worker in again:
            self._executor.restart(worker)

    def failed(self, worker: int, reason: str) -> str:
        """A worker has failed to load the program; what the user should know of it."""
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
