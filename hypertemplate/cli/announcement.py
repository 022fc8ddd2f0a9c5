"""Line on a terminal that says what is happening until something is printed; imported before what is slow."""

from __future__ import annotations

import shutil
import sys

_shown: list[str] = []
"""Line that is on the terminal; empty without one."""


def announce(text: str) -> None:
    """Show what is happening, on a terminal alone, in place of what was announced before.

    An empty text takes that away, which has to come before anything is printed.
    """
    stream = sys.stderr
    if _shown:
        stream.write(f"\r{' ' * len(_shown.pop())}\r")
        stream.flush()
    if text and stream is not None and stream.isatty():
        _shown.append(text[: shutil.get_terminal_size().columns - 1])
        stream.write(_shown[0])
        stream.flush()
