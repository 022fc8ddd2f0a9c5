"""A driver in few words, for tests that need a real worker."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from hypertemplate.compiler.program import Program
from hypertemplate.executors.base import Died, Lost
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.protocol import (
    Calling,
    Epoch,
    Failed,
    Finished,
    FitEnded,
    FitStarted,
    FromWorker,
    Go,
    Ready,
    Run,
    Stop,
)
from tests.executors.workers import process_executor


@contextlib.contextmanager
def started(
    program: Program, *, maximize: bool = False, environment: Mapping[str, str] | None = None
) -> Iterator[ProcessExecutor]:
    """One worker that has reported `Ready`."""
    executor = process_executor(program, seed=1337, maximize=maximize, environments=(environment or {},))
    with contextlib.closing(executor):
        executor.start()
        message = received(executor)
        assert isinstance(message, Ready), message
        yield executor


def load_answer(program: Program) -> FromWorker | Died:
    """What a worker answers to loading `program`."""
    with contextlib.closing(process_executor(program, seed=1337)) as executor:
        executor.start()
        return received(executor)


def received(executor: ProcessExecutor) -> FromWorker | Died:
    """The next message of whichever worker; what it only tells while it loads is passed over."""
    event = executor.receive()
    assert event is not None
    assert not isinstance(event.message, Lost)
    return received(executor) if isinstance(event.message, Calling) else event.message


def trial(
    executor: ProcessExecutor, number: int = 0, *, seed: int = 1, stop: bool = False, **params: float
) -> Finished:
    """Run a trial, answering each epoch with `Stop` or `Go`."""
    executor.send(0, Run(number, params, seed))
    while True:
        message = received(executor)
        if isinstance(message, Finished):
            return message
        assert isinstance(message, (FitStarted, Epoch, FitEnded)), message
        executor.send(0, Stop("hopeless") if stop and isinstance(message, Epoch) else Go())


def failure(finished: Finished) -> Failed:
    """The outcome of a trial that failed."""
    assert isinstance(finished.outcome, Failed)
    return finished.outcome
