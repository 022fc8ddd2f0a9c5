"""Ctrl-C, put off or left to others, and the end that a machine asks for."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""What a machine sends that is taken away, and a terminal that is closed or whose connection has broken."""


class TerminatedError(KeyboardInterrupt):
    """One of `ENDING` came: what runs ends as with Ctrl-C.

    Args:
        number: the signal's.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def collected_interrupts(*numbers: int) -> Iterator[list[int]]:
    """Have these signals do nothing; yields the list of those that came.

    For the main thread. A process that is started meanwhile is not touched: it would inherit a signal
    that is ignored, but not a handler.
    """
    came: list[int] = []
    before = {one: signal.signal(one, lambda number, _frame: came.append(number)) for one in numbers}
    try:
        yield came
    finally:
        for number, action in before.items():
            signal.signal(number, action)


@contextmanager
def terminated() -> Iterator[None]:
    """Have the signals of `ENDING` raise `TerminatedError`, unless they are ignored, as by nohup.

    For the main thread.
    """

    def raise_it(number: int, frame: FrameType | None) -> NoReturn:
        if number == signal.SIGHUP:
            leave_terminal()
        raise TerminatedError(number)

    wanted = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, raise_it) for number in wanted}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def forget_interrupt() -> None:
    """Have Python end with the status that we give.

    It remembers an interrupt that left an exec() of a text, as libraries do while they are imported, and
    would end with the signal in place of our status. Another text makes it forget.
    """
    exec("")


def leave_terminal() -> None:
    """Have what is printed to a terminal go nowhere: it is closed, and to write to it would be an error."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (1, 2):
        # After a hang-up a terminal may not say that it is one, but it is no file and no pipe.
        if stat.S_ISCHR(os.fstat(standard).st_mode):
            os.dup2(nowhere, standard)
    os.close(nowhere)
