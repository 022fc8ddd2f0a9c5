"""Followers of a search on the command line, such as events on stdout, one JSON object a line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from hypertemplate.cli.console import tell
from hypertemplate.exports.base import Follower
from hypertemplate.exports.search_events import SearchEvents
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.views.template_json import Json


def followers(kept: Callable[[], Kept], folder: Path, resume: str, *, jsonl: bool) -> list[Follower]:
    """Return what follows a search beside the person at the terminal.

    Args:
        kept: returns the record of the study, once there is one.
        folder: folder of the study.
        resume: command that resumes the search.
        jsonl: whether events go to stdout.
    """
    return [SearchEvents(EventLines().write, kept, str(folder), resume)] if jsonl else []


class EventLines:
    """Writer of events, each on a line of its own that is passed on at once.

    A search outlasts the reader of its events: where it has gone, or a disk has no space, a note says so, and
    the trials are stored as before.
    """

    def __init__(self) -> None:
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
            tell(f"note: events are not written any more ({error.strerror or error}); the search continues")
