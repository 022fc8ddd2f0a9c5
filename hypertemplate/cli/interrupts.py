"""Ctrl-C, put off or left to others, and the end that a machine asks for."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


class TerminatedError(KeyboardInterrupt):
    """SIGTERM came, as to a machine that is taken away: what runs ends as with Ctrl-C."""


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


@contextmanager
def terminated() -> Iterator[None]:
    """Have SIGTERM raise `TerminatedError`; for the main thread."""

    def raise_it(number: int, frame: FrameType | None) -> NoReturn:
        raise TerminatedError

    before = signal.signal(signal.SIGTERM, raise_it)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
