"""Workers as processes of this machine, each with its own process group, socket and output file."""

from __future__ import annotations

import os
import selectors
import time
from collections import deque
from collections.abc import Mapping

from hypertemplate.compiler.program import Program
from hypertemplate.errors import WorkerError
from hypertemplate.executors.base import Event
from hypertemplate.executors.child import GRACE_S, Child
from hypertemplate.runtime.protocol import Exit, Load, ToWorker

POLL_S = 0.25
"""Seconds between looks at processes that ended without closing their socket: a child may hold it."""


class ProcessExecutor:
    """Workers as processes of this machine; `hypertemplate.executors.base.Executor` tells how to use it.

    Args:
        program: what each worker loads.
        seed: the study's.
        maximize: whether what the model returns is to be maximised.
        objective: as in `Load`.
        workers: how many, at least 1.
        show_output: whether what the workers print goes to the driver's stderr; else it goes to a file
            without a name, of which `output` gives the end.
        attached: whether the worker has the driver's terminal, stdin and process group, so that
            ``breakpoint()`` works and Ctrl-C reaches it; made for one worker.
        environment: variables that the workers have beside the driver's.
    """

    def __init__(
        self,
        program: Program,
        *,
        seed: int,
        maximize: bool = False,
        objective: str | None = None,
        workers: int = 1,
        show_output: bool = False,
        attached: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._load = Load(program, seed, maximize, objective)
        self._show_output = show_output
        self._attached = attached
        self._environment = {
            "TF_CPP_MIN_LOG_LEVEL": "2",
            # A set of texts has the same order in every worker, and in every run of a study.
            "PYTHONHASHSEED": str(seed % 2**32),
            **os.environ,
            **(environment or {}),
        }
        self._children: list[Child | None] = [None] * workers
        self._selector = selectors.DefaultSelector()
        self._events: deque[Event] = deque()

    @property
    def workers(self) -> int:
        """How many workers there are."""
        return len(self._children)

    def start(self) -> None:
        """Start every worker and send it the program; returns without waiting for `Ready`.

        Raises:
            WorkerError: the operating system starts no process.
        """
        for worker in range(self.workers):
            self.restart(worker)

    def restart(self, worker: int) -> None:
        """Replace a worker that died; it will report `Ready`.

        Raises:
            WorkerError: the operating system starts no process.
        """
        self._release(worker)
        child = Child(self._environment, show_output=self._show_output, attached=self._attached)
        self._children[worker] = child
        self._selector.register(child.connection, selectors.EVENT_READ, worker)
        child.send(self._load)

    def send(self, worker: int, message: ToWorker) -> None:
        """Hand a message to a worker; one that is dead is reported by `receive`, not raised here."""
        child = self._children[worker]
        if child is not None and child.alive:
            child.send(message)

    def receive(self, timeout_s: float | None = None) -> Event | None:
        """The next event, or None when `timeout_s` seconds passed without one (None waits for ever).

        Raises:
            WorkerError: it would wait for ever, because no worker is alive.
        """
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._events:
            if end is None and not self._running():
                raise WorkerError("no worker is alive that could report anything")
            left = POLL_S if end is None else min(POLL_S, max(0.0, end - time.monotonic()))
            ready = {key.data for key, _ in self._selector.select(left)}
            for worker, child in self._running():
                if worker in ready or child.ended():
                    self._read(worker, child)
            if not self._events and end is not None and time.monotonic() >= end:
                return None
        return self._events.popleft()

    def output(self, worker: int) -> str:
        """The last 20 lines that the worker printed since its last `Run` or `Load`, as plain text.

        Nothing where the output is shown as it is printed.
        """
        child = self._children[worker]
        return "" if child is None else child.printed()

    def close(self) -> None:
        """End every worker, running or not, and release everything; safe to call twice."""
        running = self._running()
        for _, child in running:
            child.send(Exit())
        for _, child in running:
            # One that is busy would not read the message; one that is not may have files to write.
            child.end(GRACE_S if child.idle else 0.0)
        for worker in range(self.workers):
            self._release(worker)
        self._events.clear()
        self._selector.close()

    def _running(self) -> list[tuple[int, Child]]:
        """The workers that are not known to be dead, by number."""
        return [(n, child) for n, child in enumerate(self._children) if child is not None and child.alive]

    def _read(self, worker: int, child: Child) -> None:
        self._events.extend(Event(worker, message) for message in child.read())
        if not child.alive:
            self._selector.unregister(child.connection)

    def _release(self, worker: int) -> None:
        child = self._children[worker]
        if child is None:
            return
        if child.connection in self._selector.get_map():
            self._selector.unregister(child.connection)
        child.release()
        self._children[worker] = None
