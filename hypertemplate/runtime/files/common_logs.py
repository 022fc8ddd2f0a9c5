"""Files of the user's that trials append to: one for all trials, which each trial reads as its own.

What a trial appends goes to the user's file at once, so that nothing is lost with a trial that fails and
``tail -f`` shows it. A trial that also looks at the file finds a copy in its folder: what was in it before
the search, and the trial's own lines. Where trials of a search have read such a file, later trials find that
copy from their begin on.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import threading
from collections.abc import Callable
from typing import IO, Any

_RECORD = ".appended.json"
"""File beside the trials' folders, which `_Known` reads and writes."""

Place = Callable[[str], str]
"""Function from a relative path to where it lies."""


class CommonLog:
    """File of the user's that one trial appends to.

    Args:
        path: where it lies.
        base: its bytes before any trial of this search appended to it; None if it was not there.
    """

    def __init__(self, path: str, base: int | None) -> None:
        self._path = path
        self._base = base
        self._pieces: list[tuple[int, int]] = []
        self._copy = ""
        self._lock = threading.Lock()

    def appended(self, start: int, data: bytes) -> None:
        """Remember a piece that the trial has appended to the user's file."""
        with self._lock:
            if self._copy:
                _append(self._copy, data)
            elif self._pieces and sum(self._pieces[-1]) == start:
                self._pieces[-1] = (self._pieces[-1][0], self._pieces[-1][1] + len(data))
            else:
                self._pieces.append((start, len(data)))

    def share(self, data: bytes) -> None:
        """Append to the user's file what the trial has written to its copy."""
        _append(self._path, data)

    def complete(self, copy: str, *, empty: bool = False) -> None:
        """Write the trial's copy, from where on it is kept complete.

        Args:
            copy: place of the copy.
            empty: whether an empty copy is written too, where neither the user nor the trial has written
                anything.
        """
        with self._lock:
            if self._copy or not (self._pieces or empty or self._base is not None):
                return
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            pieces = [(0, self._base or 0), *self._pieces]
            with open(self._path, "ab+") as source, open(copy, "wb") as target:
                for start, length in pieces:
                    source.seek(start)
                    _copy_bytes(source, target, length)
            self._copy = copy

    def forget(self) -> None:
        """Write no more to the copy: the trial has begun the file anew, or removed it."""
        self._copy = ""


class CommonLogs:
    """Files of the user's that one trial appends to, by relative path.

    Args:
        folder: the trial's folder; what all trials have to know is beside it.
    """

    def __init__(self, folder: str) -> None:
        self._record = os.path.join(os.path.dirname(folder), _RECORD)
        self._logs: dict[str, tuple[CommonLog, str]] = {}
        self._known_read: set[str] = set()

    def read_back(self) -> list[tuple[str, int | None]]:
        """List the files that trials of this search have appended to and read, with their first size."""
        if not os.path.exists(self._record):
            return []
        with _Known(self._record) as known:
            return [(path, base) for path, (base, read) in known.files.items() if read]

    def is_open(self, relative: str) -> bool:
        """Return True if this trial appends to the file."""
        return relative in self._logs

    def open(self, relative: str, path: str) -> CommonLog:
        """Begin to append to a user's file, or continue."""
        if relative not in self._logs:
            size = os.path.getsize(path) if os.path.exists(path) else None
            with _Known(self._record) as known:
                base = known.files.setdefault(path, (size, False))[0]
            # It may have been begun anew by hand since then.
            base = None if base is None else min(base, size or 0)
            self._logs[relative] = CommonLog(path, base), path
        return self._logs[relative][0]

    def complete(self, relative: str, own: Place) -> None:
        """Write the trial's copy of a file that it appends to; of any other do nothing."""
        if self._logs and relative in self._logs:
            self._logs[relative][0].complete(own(relative))

    def now_read(self, relative: str) -> bool:
        """Record that trials read this file; return True the first time."""
        path = self._logs[relative][1]
        if path in self._known_read:
            return False
        self._known_read.add(path)
        with _Known(self._record) as known:
            base, read = known.files[path]
            known.files[path] = base, True
        return not read

    def forget(self, relative: str) -> None:
        """Take a file for the trial's own from now on."""
        if self._logs and relative in self._logs:
            self._logs.pop(relative)[0].forget()


_FileIO = io.FileIO
"""The class itself, for which a door stands in trials."""


class AppendedFile(_FileIO):
    """The user's file, open for appending.

    Args:
        path: where it lies.
        log: is told what is appended.
    """

    def __init__(self, path: str, log: CommonLog) -> None:
        super().__init__(path, "a")
        self._log = log

    def write(self, data: Any, /) -> int:
        """Append to the user's file, and remember where."""
        written = super().write(data)
        # The system has put it at the end, wherever that was, and left the position behind it.
        self._log.appended(self.tell() - written, bytes(memoryview(data).cast("B")[:written]))
        return written


class ReadAndAppendedFile(_FileIO):
    """The trial's copy, open for reading and appending.

    Args:
        copy: where it lies.
        log: is told what is appended.
        read: is called when anything is read.
    """

    def __init__(self, copy: str, log: CommonLog, read: Callable[[], None]) -> None:
        super().__init__(copy, "a+")
        self._log = log
        self._noted = read

    def write(self, data: Any, /) -> int:
        """Append to the copy and to the user's file."""
        written = super().write(data)
        self._log.share(bytes(memoryview(data).cast("B")[:written]))
        return written

    def readinto(self, buffer: Any, /) -> int:
        """Read from the copy."""
        self._noted()
        return super().readinto(buffer)

    def readall(self) -> bytes:
        """Read the rest of the copy."""
        self._noted()
        return super().readall()


class _Known:
    """Record of the files that the trials of a search append to, in a ``with`` statement.

    It holds a lock on its file, and writes that if anything has changed.

    Attributes:
        files: path -> its size before the search, and whether trials read it.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self.files: dict[str, tuple[int | None, bool]] = {}

    def __enter__(self) -> _Known:
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        self._file = open(self._path, "a+", encoding="utf-8")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._file.seek(0)
        self._before = self._file.read()
        listed = json.loads(self._before or "{}")
        self.files = {path: (base, read) for path, (base, read) in listed.items()}
        return self

    def __exit__(self, *_: object) -> None:
        text = json.dumps(self.files)
        if text != self._before and self.files:
            self._file.truncate(0)
            self._file.write(text)
        self._file.close()


def _append(path: str, data: bytes) -> None:
    with _FileIO(path, "a") as file:  # not `open`, which trial code may reach in the same way
        file.write(data)


def _copy_bytes(source: IO[bytes], target: IO[bytes], length: int) -> None:
    while length and (data := source.read(min(length, io.DEFAULT_BUFFER_SIZE))):
        target.write(data)
        length -= len(data)
