"""Warnings that trials show: one that an earlier trial of the process has shown says nothing new.

Python shows a warning once for each line. It forgets which when a filter changes, as pandas and scikit-learn
do in many calls, and keeps the list among the names of the module, which each trial begins without.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from hypertemplate.runtime.hooks.patch import Undo, replace

_Shown = tuple[str, str, str, int]

_SHOW = "_showwarnmsg_impl"
"""Function of Python's that writes a warning; code that records warnings, or shows them itself, gets all."""


class ShownWarnings:
    """Warnings that the trials of a process have shown."""

    def __init__(self) -> None:
        self._before: set[_Shown] = set()
        self._now: set[_Shown] | None = None

    def install(self) -> Undo:
        """Leave out what earlier trials have shown, from now on; return a function that ends this."""
        write: Callable[[Any], None] = getattr(warnings, _SHOW)

        def show(message: Any) -> None:
            one = message.category.__name__, str(message.message), message.filename, message.lineno
            if self._now is not None and one in self._before:
                return
            if self._now is not None:
                self._now.add(one)
            write(message)

        return replace(warnings, _SHOW, show)

    @contextlib.contextmanager
    def trial(self) -> Iterator[None]:
        """Take note of what a trial shows, which runs in this context."""
        self._now = set()
        try:
            yield
        finally:
            self._before |= self._now
            self._now = None
