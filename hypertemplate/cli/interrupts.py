"""Ctrl-C, put off or left to others."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_interrupts() -> Iterator[list[int]]:
    """Have Ctrl-C raise nothing; yields the list of the signals that came.

    For the main thread. A process that is started meanwhile is not touched: it would inherit a signal
    that is ignored, but not a handler.
    """
    presses: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: presses.append(number))
    try:
        yield presses
    finally:
        signal.signal(signal.SIGINT, before)
