"""Knowing that processes have ended, without asking again and again."""

from __future__ import annotations

import os
from pathlib import Path


class Fifo:
    """Something that every process which has it open for writing keeps open, until the last has ended."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.path = str(path)

    def wait_for_all(self) -> bytes:
        """All that was written, once every writer has ended."""
        os.set_blocking(self._end, True)
        with open(self._end, "rb") as end:
            return end.read()
