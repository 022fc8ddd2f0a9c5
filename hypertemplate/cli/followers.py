"""Followers of a search on the command line, such as events on stdout, one JSON object a line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from hypertemplate.exports.base import Follower
from hypertemplate.exports.search_events import SearchEvents
from hypertemplate.exports.tensorboard_runs import TensorBoardLog
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.views.template_json import Json

Note = Callable[[str], None]
"""Function that shows a note to the person at the terminal."""


def followers(
    kept: Callable[[], Kept],
    note: Note,
    folder: Path,
    resume: str,
    *,
    jsonl: bool,
    log_to: Path | None = None,
) -> list[Follower]:
    """Return what follows a search beside the person at the terminal.

    Args:
        kept: returns the record of the study, once there is one.
        note: shows a note.
        folder: folder of the study.
        resume: command that resumes the search.
        jsonl: whether events go to stdout.
        log_to: folder of TensorBoard to which trials are written; None for none.

    Raises:
        UsageError: TensorBoard is not installed, or the folder cannot be created.
    """
    found: list[Follower] = []
    if log_to is not None:
        found.append(TensorBoardLog(log_to, note))
    if jsonl:
        found.append(SearchEvents(EventLines(note).write, kept, str(folder), resume))
    return found


class EventLines:
    """Writer of events, each on a line of its own that is passed on at once.

    A search outlasts the reader of its events: where it has gone, or a disk has no space, a note says so, and
    the trials are stored as before.

    Args:
        note: shows a note.
    """

    def __init__(self, note: Note) -> None:
        self._note = note
        self._is_open = True

    def write(self, event: Json) -> None:
        """Write an event, in ASCII alone: the stream's escapes for missing characters are not JSON's."""
        if not self._is_open:
            return
        try:
            sys.stdout.write(f"{json.dumps(event, allow_nan=False)}\n")
            sys.stdout.flush()
        except OSError as error:
            self._is_open = False
            # What is still buffered would fail again when Python flushes it at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self._note(f"events are not written any more ({error.strerror or error}); the search continues")
