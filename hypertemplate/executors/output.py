"""Output of a worker: a file that it writes and the driver reads."""

from __future__ import annotations

import codecs
import fcntl
import os
import tempfile
from pathlib import Path
from typing import IO

from hypertemplate.executors.framework_logs import is_framework_log
from hypertemplate.runtime.failures.plain_text import plain_text
from hypertemplate.runtime.protocol import OUTPUT

LINES = 20
"""Number of lines shown of a trial's output."""

TAIL_BYTES = 64 * 1024
"""Number of bytes read from the end of the output, however long it is."""

CHUNK = 1 << 20
"""Bytes read at once."""


class Output:
    """Output of a worker: first in an unnamed file, then for a trial with a folder in a file there.

    The unnamed file vanishes with its last descriptor. All writers append.

    Raises:
        OSError: there is no space for the file.
    """

    def __init__(self) -> None:
        self._unnamed: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        flags = fcntl.fcntl(self._unnamed, fcntl.F_GETFL)
        fcntl.fcntl(self._unnamed, fcntl.F_SETFL, flags | os.O_APPEND)
        self._read: IO[bytes] = self._unnamed
        self._shown = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")

    def fileno(self) -> int:
        """Return the descriptor of the unnamed file, for a process to be started."""
        return self._unnamed.fileno()

    def begin(self, folder: str = "") -> None:
        """Discard the output so far.

        Args:
            folder: folder of a trial, created if needed: further output goes to `OUTPUT` in it, whose
                previous content is discarded. Empty for none.

        Raises:
            OSError: the folder or the file cannot be created.
        """
        self._leave()
        os.ftruncate(self._unnamed.fileno(), 0)
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._read = (Path(folder) / OUTPUT).open("wb+")
        self._shown = 0

    def copy(self, other: Output) -> None:
        """Copy the end of another worker's output; `new` does not return it."""
        size = os.fstat(other.fileno()).st_size
        data = os.pread(other.fileno(), TAIL_BYTES, max(0, size - TAIL_BYTES))
        self._shown += os.write(self.fileno(), data)

    def last_lines(self) -> str:
        """Return the end of the output since `begin`, as in the function `last_lines`."""
        return last_lines(self._read.fileno())

    def new(self) -> str:
        """Return the raw output since the last call."""
        text = ""
        while data := os.pread(self._read.fileno(), CHUNK, self._shown):
            self._shown += len(data)
            text += self._decoder.decode(data)
        return text

    def close(self) -> None:
        """Close the files; a second call has no effect."""
        self._leave()
        self._unnamed.close()

    def _leave(self) -> None:
        if self._read is not self._unnamed:
            self._read.close()
            self._read = self._unnamed


def last_lines(descriptor: int) -> str:
    """Return the last lines of an open file as plain text, without blank lines at the end.

    Lines that frameworks log are left out. A progress bar counts as one line in its last state; bytes that
    are not UTF-8 are replaced.
    """
    size = os.fstat(descriptor).st_size
    start = max(0, size - TAIL_BYTES)
    text = os.pread(descriptor, TAIL_BYTES, start).decode("utf-8", "replace")
    if start:
        # The first line is cut, unless it is the only one.
        head, newline, rest = text.partition("\n")
        text = rest if newline and rest.strip() else head
    lines = [line for line in plain_text(text).split("\n") if not is_framework_log(line)]
    return "\n".join("\n".join(lines).rstrip().split("\n")[-LINES:])
