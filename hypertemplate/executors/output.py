"""The last lines of what a worker printed."""

from __future__ import annotations

import os

from hypertemplate.runtime.plain import plain_text

LINES = 20
"""How many lines are shown of what a trial printed."""

TAIL_BYTES = 64 * 1024
"""How much of the end of the output is looked at, however long it is."""


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
