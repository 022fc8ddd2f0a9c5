"""Output of trials in the user's own process, taken from ``sys.stdout`` and ``sys.stderr``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import FrameType, TracebackType
from typing import Any

MOST_CHARACTERS = 100_000
"""Most characters kept of what a trial prints: the last ones."""

_DEBUGGERS = ("bdb", "cmd", "pdb", "code", "IPython.core.debugger")
"""Modules that talk to the user, who has to see it."""


class TrialStreams:
    """Context in which both streams are kept for the running trial, and passed on where none runs."""

    def __init__(self) -> None:
        self._kept: list[str] | None = None
        self._size = 0
        self._before: tuple[Any, Any] | None = None

    def __enter__(self) -> TrialStreams:
        self._before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (_Stream(stream, self) for stream in self._before)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._before is not None:
            sys.stdout, sys.stderr = self._before

    def begin(self) -> None:
        """Keep from now on what is printed."""
        self._kept, self._size = [], 0

    def end(self) -> str:
        """Return what was printed since `begin`, and pass on what follows."""
        kept, self._kept = self._kept, None
        return "".join(kept or ())

    def keep(self, text: str) -> bool:
        """Keep a text; return False if no trial runs, or the user talks to a debugger."""
        if self._kept is None or _in_debugger(sys._getframe()):
            return False
        self._kept.append(text)
        self._size += len(text)
        if self._size > 2 * MOST_CHARACTERS:
            whole = "".join(self._kept)[-MOST_CHARACTERS:]
            self._kept[:], self._size = [whole], len(whole)
        return True


class _Stream:
    """A stream as user code sees it; what it does not write itself is the other stream's."""

    def __init__(self, stream: Any, streams: TrialStreams) -> None:
        self._stream = stream
        self._streams = streams

    def write(self, text: str) -> int:
        """Keep the text, or pass it on."""
        return len(text) if self._streams.keep(text) else self._stream.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of the lines."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _in_debugger(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_globals.get("__name__") in _DEBUGGERS:
            return True
        frame = frame.f_back
    return False
