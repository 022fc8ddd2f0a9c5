"""What a worker prints: a file that it writes and the driver reads."""

from __future__ import annotations

import codecs
import fcntl
import os
import tempfile
from pathlib import Path
from typing import IO

from hypertemplate.runtime.failures.plain_text import plain_text
from hypertemplate.runtime.protocol import OUTPUT

LINES = 20
"""How many lines are shown of what a trial printed."""

TAIL_BYTES = 64 * 1024
"""How much of the end of the output is looked at, however long it is."""

CHUNK = 1 << 20
"""Bytes that are read at once."""


class Output:
    """What a worker prints: first to a file without a name, and for a trial with a folder to a file there.

    The file without a name vanishes with its last descriptor. Whoever writes, writes at the end.

    Raises:
        OSError: there is no room for it.
    """

    def __init__(self) -> None:
        self._unnamed: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        flags = fcntl.fcntl(self._unnamed, fcntl.F_GETFL)
        fcntl.fcntl(self._unnamed, fcntl.F_SETFL, flags | os.O_APPEND)
        self._read: IO[bytes] = self._unnamed
        self._shown = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")

    def fileno(self) -> int:
        """The descriptor of the file without a name, for a process that is started."""
        return self._unnamed.fileno()

    def begin(self, folder: str = "") -> None:
        """Forget what was printed so far.

        Args:
            folder: of the trial, which is made if needed: what is printed next is in `OUTPUT` there, and what
                was there is gone. None if empty.

        Raises:
            OSError: the folder or the file cannot be made.
        """
        self._leave()
        os.ftruncate(self._unnamed.fileno(), 0)
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._read = (Path(folder) / OUTPUT).open("wb+")
        self._shown = 0

    def copy(self, other: Output) -> None:
        """Have the end of what was printed to another; `new` has it not."""
        size = os.fstat(other.fileno()).st_size
        data = os.pread(other.fileno(), TAIL_BYTES, max(0, size - TAIL_BYTES))
        self._shown += os.write(self.fileno(), data)

    def last_lines(self) -> str:
        """The end of what was printed since `begin`, as `last_lines` has it."""
        return last_lines(self._read.fileno())

    def new(self) -> str:
        """What was printed since the last call, as it is."""
        text = ""
        while data := os.pread(self._read.fileno(), CHUNK, self._shown):
            self._shown += len(data)
            text += self._decoder.decode(data)
        return text

    def close(self) -> None:
        """Let the files go; safe to call twice."""
        self._leave()
        self._unnamed.close()

    def _leave(self) -> None:
        if self._read is not self._unnamed:
            self._read.close()
            self._read = self._unnamed


def last_lines(descriptor: int) -> str:
    """The last lines of an open file as plain text; blank lines at the end are left out.

    A progress bar counts as one line in its last state; bytes that are not UTF-8 are replaced.
    """
    size = os.fstat(descriptor).st_size
    start = max(0, size - TAIL_BYTES)
    text = os.pread(descriptor, TAIL_BYTES, start).decode("utf-8", "replace")
    if start:
        # The first line is cut, unless all that is there is one line.
        head, newline, rest = text.partition("\n")
        text = rest if newline and rest.strip() else head
    return "\n".join(plain_text(text).rstrip().split("\n")[-LINES:])
