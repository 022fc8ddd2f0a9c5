"""The view through which paths of user code go at present."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from hypertemplate.runtime.files.shared_files import FileWatch
from hypertemplate.runtime.files.trial_view import TrialView


class _Current:
    """State of the one trial that this process runs at a time."""

    view: TrialView | FileWatch | None = None


class _Thread(threading.local):
    """State of a thread."""

    behind = False


_current = _Current()
thread = _Thread()


def view() -> TrialView | FileWatch | None:
    """Return the view of the running trial, or the watch on it; None outside one, and for code behind it."""
    return None if thread.behind else _current.view


def file_uses() -> tuple[int, int]:
    """Return how often the running trial has used files of its own, and written any."""
    found = _current.view
    watch = found.watch if isinstance(found, TrialView) else found
    written = 0 if watch is None else watch.writes_count
    return (found.own_uses, written) if isinstance(found, TrialView) else (0, written)


@contextlib.contextmanager
def laid(view: TrialView | FileWatch | None) -> Iterator[None]:
    """Lay a view between user code and its files in the context."""
    before, _current.view = _current.view, view
    try:
        yield
    finally:
        _current.view = before


@contextlib.contextmanager
def behind() -> Iterator[None]:
    """Let paths be what they are, in this thread."""
    before, thread.behind = thread.behind, True
    try:
        yield
    finally:
        thread.behind = before


@contextlib.contextmanager
def in_front() -> Iterator[None]:
    """Let user code that is called from behind the view go through it again, in this thread."""
    before, thread.behind = thread.behind, False
    try:
        yield
    finally:
        thread.behind = before
