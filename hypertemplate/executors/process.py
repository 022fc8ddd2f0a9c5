"""Executor with workers as local processes, each with its own process group, socket and output."""

from __future__ import annotations

import os
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from hypertemplate.accelerators.detect.cpu import available_cores, available_memory
from hypertemplate.accelerators.detect.host import here
from hypertemplate.compiler.program import Program
from hypertemplate.errors import NoProcessError, WorkerError
from hypertemplate.executors.base import Died, Event
from hypertemplate.executors.exit_status import unsound
from hypertemplate.executors.resources import auto_workers, crowded, thread_settings
from hypertemplate.executors.worker_process import Child, let_end
from hypertemplate.executors.worker_source import Starts
from hypertemplate.runtime.protocol import (
    Failed,
    Finished,
    FromWorker,
    Load,
    Outcome,
    RuntimeOptions,
    ToWorker,
)
from hypertemplate.units import duration_text, size_text

POLL_S = 0.25
"""Seconds between checks for processes that ended without closing their socket, which a child may hold."""

WOKEN = -1
"""Number that stands for no worker, but for the socket of `ProcessExecutor.wake_by`."""


class ProcessExecutor:
    """Workers as local processes; see `hypertemplate.executors.base.Executor` for their use.

    Args:
        program: program that each worker loads.
        options: runtime options of trials; workers are forked only if they have the same environment, the
            system is Linux, and there are several, at one time or one after another (`single_use`).
        workers: number of workers, at least 1. None for one, and after its first trial as many more as
            `auto_workers` finds room for.
        environments: variables of worker n, which override the driver's, such as the devices that it sees;
            one set for each worker. By default none.
        threads: number of threads that each worker's libraries may start, unless the environment sets it.
            None for the cores divided by the workers; a single worker is left as it is.
        tell: receives the reason why workers are not forked, if they might have been.
        single_use: whether each worker is replaced after its first trial.
        cores: number of cores that the workers share; None for those that this process may use.
        show: shows what workers print, where that is wanted; by default on stderr.
    """

    def __init__(
        self,
        program: Program,
        options: RuntimeOptions,
        *,
        workers: int | None = 1,
        environments: Sequence[Mapping[str, str]] = (),
        threads: int | None = None,
        tell: Callable[[str], None] = lambda text: None,
        single_use: bool = False,
        cores: int | None = None,
        show: Callable[[str], None] | None = None,
    ) -> None:
        self._load = Load(program, options)
        self._options = options
        self._cores = cores or available_cores(here())
        self._show = show or _on_stderr
        self._memory = available_memory(here())
        self._grows = workers is None
        self._single_use = single_use
        self._most: int | None = None
        self._threads = threads
        self._environment: dict[str, str] = {}
        self._environments = tuple(environments) or ({},)
        self._children: list[Child | None] = [None] * (workers or 1)
        alike = all(dict(one) == dict(self._environments[0]) for one in self._environments)
        self._starts = Starts(options, self._memory, tell, alike=alike)
        self._selector = selectors.DefaultSelector()
        self._events: deque[Event] = deque()

    @property
    def workers(self) -> int:
        """Number of workers."""
        return len(self._children)

    @property
    def in_process(self) -> bool:
        """False: trials run in other processes."""
        return False

    @property
    def notes(self) -> tuple[str, ...]:
        """Note on too many workers for this machine, if there are."""
        return crowded(self.workers, self._cores)

    def start(self, most: int | None = None) -> None:
        """Start the workers and send each the program; return without waiting for `Ready`.

        Args:
            most: most workers; None for no limit.

        Raises:
            NoProcessError: the operating system does not start a process.
        """
        self._most = most
        if most is not None:
            del self._children[most:]
        expected = self._auto(None) if self._grows else self.workers
        self._starts.expect(expected, single_use=self._single_use)
        self._environment = self._variables(expected)
        share = replace(self._options, reuse_bytes=self._options.reuse_bytes // max(expected, 1))
        self._load = replace(self._load, options=share)
        self._begin(0)
        for worker in range(1, self.workers):
            self.restart(worker)

    def restart(self, worker: int) -> None:
        """Replace a worker that died or is worn; it will report `Ready`.

        If the operating system starts no process, the worker is reported as dead, and the others may
        continue.
        """
        try:
            self._begin(worker)
        except NoProcessError as error:
            self._events.append(Event(worker, Died(Failed("died", str(error)))))

    def _begin(self, worker: int) -> None:
        """Replace a worker; raise NoProcessError if the operating system starts no process."""
        self._release(worker)
        # Workers that are added as memory allows are all alike.
        own = self._environments[worker % len(self._environments)]
        child = self._starts.start(worker, {**self._environment, **own}, self._load)
        if child is not None:
            self._children[worker] = child
            self._selector.register(child.connection, selectors.EVENT_READ, worker)

    def worn(self, worker: int, outcome: Outcome) -> str | None:
        """Return the reason why an idle worker should be replaced before another trial; None if sound."""
        child = self._children[worker]
        grown = 0 if child is None or not child.alive else child.grown_bytes()
        if grown > self._options.memory_growth_bytes:
            return f"its memory has grown by {size_text(grown)} since its first trial"
        return unsound(outcome)

    def attend(self, take: Callable[[Event], None]) -> None:
        """Wait for the next event and pass it to `take`.

        Raises:
            WorkerError: it would wait forever, because no worker is alive.
        """
        event = self.receive()
        if event is not None:
            take(event)

    def send(self, worker: int, message: ToWorker) -> None:
        """Send a message to a worker; `receive` reports a dead one, this does not raise.

        Raises:
            UsageError: the folder in a `Run` cannot be created.
        """
        child = self._children[worker]
        if child is not None and child.alive:
            child.send(message)

    def wake_by(self, connection: socket.socket) -> None:
        """Have `receive` return None as soon as a socket can be read; it stays the caller's to read."""
        self._selector.register(connection, selectors.EVENT_READ, WOKEN)

    def receive(self, timeout_s: float | None = None) -> Event | None:
        """Return the next event, or None after `timeout_s` seconds without one (None waits forever).

        None is also returned when the socket of `wake_by` can be read.

        Raises:
            WorkerError: it would wait forever, because no worker is alive.
        """
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._events:
            if end is None and not self._running():
                raise WorkerError("no worker is alive that could report anything")
            ready = {key.data for key, _ in self._selector.select(self._patience_s(end))}
            for worker, child in self._running():
                self._look(worker, child, worker in ready or child.ended())
            if not self._events and WOKEN in ready:
                return None
            if not self._events and end is not None and time.monotonic() >= end:
                return None
        return self._events.popleft()

    def output(self, worker: int) -> str:
        """Return the last 20 lines of output since the worker's last `Run` or `Load`, as plain text.

        The text is empty if output is shown as it is printed.
        """
        child = self._children[worker]
        return "" if child is None or self._options.show_output else child.printed()

    def close(self) -> None:
        """End every worker, running or not, and release all resources; a second call has no effect."""
        running = [child for _, child in self._running()]
        let_end(running)
        for worker in range(self.workers):
            self._release(worker)
        self._starts.close()
        self._events.clear()
        self._selector.close()

    def _running(self) -> list[tuple[int, Child]]:
        """Return the workers that are not known to be dead, by number."""
        return [(n, child) for n, child in enumerate(self._children) if child is not None and child.alive]

    def _patience_s(self, end_s: float | None) -> float:
        """Return the seconds to wait for messages before the next check."""
        ends = [child.due_s for _, child in self._running() if child.due_s is not None]
        if end_s is not None:
            ends.append(end_s)
        return min([POLL_S, *(max(0.0, one - time.monotonic()) for one in ends)])

    def _look(self, worker: int, child: Child, said_something: bool) -> None:
        """Process a worker's messages, timeout, output and death."""
        if said_something:
            for message in child.read():
                if self._starts.take(worker, child, message):
                    continue
                self._events.append(Event(worker, message))
                if self._grows and _has_run(message):
                    self._grow(child)
        # Messages from just before the timeout count.
        timeout_s = self._options.trial_timeout_s
        if child.alive and child.overdue() and timeout_s is not None:
            child.end()
            reason = f"ran longer than {duration_text(timeout_s)}"
            self._events.append(Event(worker, Died(Failed("timed out", reason))))
        if self._options.show_output:
            self._show(child.printed_since())
        if not child.alive:
            self._selector.unregister(child.connection)
        for due in self._starts.due():
            self.restart(due)

    def _grow(self, first: Child) -> None:
        """Start as many more workers as there is room for; `first` has completed a trial.

        The cores are divided again among the workers. The first one keeps its threads. Forked workers have
        the settings of the process that they are forked from: its environment was made for the most workers
        possible.
        """
        self._grows = False
        count = self._auto(first.peak_bytes())
        self._environment = self._variables(count)
        for worker in range(1, count):
            self._children.append(None)
            self.restart(worker)

    def _auto(self, first_trial_bytes: int | None) -> int:
        """Return the number of workers to run if the user left it open."""
        count = auto_workers(self._cores, self._memory, first_trial_bytes)
        return count if self._most is None else min(count, self._most)

    def _variables(self, workers: int) -> dict[str, str]:
        """Return the environment of each of this many workers; variables that are set take precedence."""
        threads = self._threads
        if threads is None and workers > 1:
            threads = max(self._cores // workers, 1)
        return {
            "TF_CPP_MIN_LOG_LEVEL": "2",
            # A set of strings then has the same order in every worker, and in every run of a study.
            "PYTHONHASHSEED": str(self._options.seed % 2**32),
            **({} if threads is None else thread_settings(threads)),
            **os.environ,
        }

    def _release(self, worker: int) -> None:
        child = self._children[worker]
        if child is None:
            return
        if child.connection in self._selector.get_map():
            self._selector.unregister(child.connection)
        self._starts.release(worker, child)
        self._children[worker] = None


def _on_stderr(text: str) -> None:
    if sys.stderr is not None:  # None where the driver was started without one
        sys.stderr.write(text)
        sys.stderr.flush()


def _has_run(message: FromWorker | Died) -> bool:
    """Return True if a trial has used the resources of a whole trial: a failed one may not have."""
    return isinstance(message, Finished) and not isinstance(message.outcome, Failed)
