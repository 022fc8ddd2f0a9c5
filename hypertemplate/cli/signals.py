"""Signals: Ctrl-C, postponed or left to others, and termination by the machine."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from hypertemplate.cli.exit_codes import BY_SIGNAL

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""Signals of a machine that shuts down, and of a terminal that is closed or disconnected."""


class TerminatedError(KeyboardInterrupt):
    """Interrupt by one of `ENDING`: the search ends as with Ctrl-C.

    Args:
        number: number of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def collected_interrupts(*numbers: int) -> Iterator[list[int]]:
    """Suppress these signals in this context; yield the list of those that came.

    For the main thread. Processes started meanwhile are not affected: they would inherit an ignored signal,
    but not a handler.
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
    """Let the signals of `ENDING` raise `TerminatedError`, unless they are ignored, as by nohup.

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
    """Make Python end with our exit status.

    It remembers an interrupt that left an exec() of a text, as libraries do during import, and would end with
    the signal in place of our status. Another text makes it forget.
    """
    exec("")


def interrupt_word(interrupt: KeyboardInterrupt) -> str:
    """Say what ended a command: ``interrupted`` by Ctrl-C, ``terminated`` by one of `ENDING`."""
    return "terminated" if isinstance(interrupt, TerminatedError) else "interrupted"


def interrupt_status(interrupt: KeyboardInterrupt) -> int:
    """Return the exit status of a command that a signal ended."""
    forget_interrupt()
    return BY_SIGNAL + (interrupt.number if isinstance(interrupt, TerminatedError) else signal.SIGINT)


def leave_terminal() -> None:
    """Discard output to a terminal: it is closed, and writing to it would be an error."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (1, 2):
        # After a hang-up a terminal may not identify as one, but it is neither a file nor a pipe.
        if stat.S_ISCHR(os.fstat(standard).st_mode):
            os.dup2(nowhere, standard)
    os.close(nowhere)
