"""What interrupts one trial, and may be meant for the whole search."""

from __future__ import annotations

from collections.abc import Callable

from hypertemplate.executors.base import Executor
from hypertemplate.runtime.protocol import Outcome

MOMENT_S = 1.0
"""Seconds that this process has to get a signal of its own after a worker got one.

A scheduler that stops a search sends a signal to each of its processes, in any order.
"""


def heed(outcome: Outcome, executor: Executor, pause: Callable[[float], object]) -> None:
    """Do nothing, or first wait a moment, where a trial ended by itself or was interrupted alone.

    Args:
        outcome: of the trial.
        executor: what ran it.
        pause: waits so many seconds, or until a signal raises KeyboardInterrupt.

    Raises:
        KeyboardInterrupt: the search is interrupted too, since the trial runs in its process or by a signal.
    """
    if getattr(outcome, "kind", "") != "interrupted":
        return
    if executor.in_process:
        raise KeyboardInterrupt
    pause(MOMENT_S)
