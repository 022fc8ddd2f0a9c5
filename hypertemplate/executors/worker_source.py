"""Source of an executor's workers: forked from one that has loaded the program, or new processes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from hypertemplate.executors.base import Died
from hypertemplate.executors.launch import Start, start_afresh
from hypertemplate.executors.worker_process import Child, let_end
from hypertemplate.executors.zygote_client import Zygote
from hypertemplate.runtime.protocol import Calling, Forkable, FromWorker, Load, RuntimeOptions

LINUX = sys.platform == "linux"

PART = 4
"""Parts of the available memory, of which the loaded program must take less than one for forking."""


class Starts:
    """Starter of workers.

    The first one loads the program before any other starts. If it can be forked it becomes the zygote, and
    every worker is forked from it; else it is a worker, and every other one is started as a new process.

    Args:
        options: runtime options of trials.
        memory_bytes: memory available for workers; None if unknown.
        tell: receives the reason why workers are not forked, if they might have been.
        alike: whether all workers have the same environment, so that they may be forked.
    """

    def __init__(
        self,
        options: RuntimeOptions,
        memory_bytes: int | None,
        tell: Callable[[str], None],
        *,
        alike: bool,
    ) -> None:
        self._options = options
        self._forked = options.forked and alike and LINUX and not options.attached
        self._tell = tell
        self._zygote = Zygote((memory_bytes or 0) // PART)
        self._first: Child | None = None
        self._unheard: set[int] = set()
        self._due: list[int] = []

    def expect(self, workers: int, *, single_use: bool = False) -> None:
        """Set the most workers that there will be, before the first is started.

        Args:
            workers: their number at one time.
            single_use: whether each is replaced after its first trial.
        """
        # One alone shares with no other what was loaded, and would take memory beside the zygote's.
        self._forked = self._forked and (workers > 1 or single_use)

    def start(self, worker: int, environment: Mapping[str, str], load: Load) -> Child | None:
        """Start a worker, which will report the result of loading.

        Args:
            worker: number of the worker.
            environment: all environment variables; forked workers all have the same.
            load: program to load.

        Returns:
            The worker; None if it must start later, when `due` returns it.

        Raises:
            WorkerError: the operating system does not start a process.
        """
        if self._first is not None:
            self._due.append(worker)
            return None
        if self._zygote.child is not None and self._forked:
            child = self._child(environment, self._zygote.fork)
            child.take_output(self._zygote.child)
            self._unheard.add(worker)
            return child
        child = self._child(environment, self._zygote.start if self._forked else start_afresh)
        self._first = child if self._forked else None
        child.send(load)
        return child

    def take(self, worker: int, child: Child, message: FromWorker | Died) -> bool:
        """Process a worker's message; return True if it concerns nothing else."""
        if isinstance(message, Calling):
            return False  # it is still loading
        if child is self._first:
            self._decide(worker, child, message)
            return isinstance(message, Forkable)
        if worker in self._unheard and isinstance(message, Died):
            # The zygote is dead, or there was no room for the fork: the program is not to blame.
            if self._forked:
                self._forked = False
                self._tell("workers are started afresh from now on: none could be forked any more")
            self._due.append(worker)
            return True
        self._unheard.discard(worker)
        return False

    def due(self) -> list[int]:
        """Return the workers to start now, each once."""
        if self._first is not None:
            return []
        due, self._due = self._due, []
        return due

    def release(self, worker: int, child: Child) -> None:
        """Release a worker that is replaced or no longer needed; a zygote stays until `close`."""
        self._unheard.discard(worker)
        if child is self._first:
            self._first = None
        if child is not self._zygote.child:
            if child.alive:
                let_end([child])
            child.release()

    def close(self) -> None:
        """End the zygote, after the workers have been released."""
        self._zygote.close()

    def _decide(self, worker: int, child: Child, message: FromWorker | Died) -> None:
        self._first = None
        if message == Forkable(""):
            self._zygote.settle(child)
            self._due.insert(0, worker)
            return
        self._forked = False
        if isinstance(message, Forkable):
            self._tell(f"workers are started afresh: {message.reason}")

    def _child(self, environment: Mapping[str, str], start: Start) -> Child:
        return Child(environment, self._options, start)
