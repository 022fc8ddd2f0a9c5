"""Relative paths of a trial, placed in the trial's folder so that no trial sees another's files."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hypertemplate import trial
from hypertemplate.runtime.data_files.files_read import is_made_by_setup, note_read, note_written
from hypertemplate.runtime.files import current_view
from hypertemplate.runtime.files.downloads import caller, keeps_its_files
from hypertemplate.runtime.files.shared_files import FileWatch, SharedFiles
from hypertemplate.runtime.files.trial_view import TrialView
from hypertemplate.runtime.files.user_paths import like
from hypertemplate.runtime.hooks import log_handlers
from hypertemplate.runtime.protocol import OUTPUT

_SUFFIXES = (".index", ".db", ".dat")
"""Endings of files whose path is without them: TensorFlow's checkpoints, and those of `dbm`."""


@contextlib.contextmanager
def running(
    number: int,
    folder: str,
    params: Mapping[str, Any],
    beside: str = "",
    shared: SharedFiles | None = None,
) -> Iterator[list[str]]:
    """Run a trial in this context: `hypertemplate.trial` describes it; its files lie in its folder.

    Args:
        number: number of the trial.
        folder: an absolute path, or an empty string for none: paths then stay as they are. Files of an
            earlier attempt at the trial are removed, except its output.
        params: label -> value, as users see them.
        beside: folder of the template; empty if it has none.
        shared: files that trials have written, and have not for themselves; None where nobody wants to know.

    Yields:
        A list of notes for the user, which grows while the trial runs.
    """
    _clear(folder)
    view: TrialView | FileWatch | None = None
    watch: FileWatch | None = None
    if shared is not None:
        left_out = (folder,) if folder else ()
        view = watch = FileWatch(shared, number, beside, redirected=bool(folder), left_out=left_out)
    if folder:
        view = TrialView(folder, beside)
        view.watch = watch
        view.notes = watch.notes if watch is not None else view.notes
    try:
        with contextlib.ExitStack() as laid:
            laid.enter_context(trial._running(number, folder, params))
            laid.enter_context(current_view.laid(view))
            if isinstance(view, TrialView):
                laid.enter_context(log_handlers.reopened(view))
            yield [] if view is None else view.notes
    finally:
        if watch is not None:
            watch.end()


def to_write(path: Any) -> Any:
    """Return the place that a library is to write a path to: in the trial's folder, for a file anew.

    Args:
        path: path from user code; anything else, and any path outside a trial, is returned unchanged.

    Returns:
        An absolute path, as a string or as bytes; the folder that contains it is created.
    """
    return _placed(path, _made)


def to_read(path: Any) -> Any:
    """Return the place that a library is to read a path from: the trial's folder, if this trial wrote it."""
    return _placed(path, _found)


def to_change(path: Any) -> Any:
    """Return the place of a file that a library changes in place: the trial's copy, if it is the user's."""
    return _placed(path, _changed)


def to_open(path: Any) -> Any:
    """Return the place of a database: where it is already, else in the trial's folder."""
    if isinstance(path, (str, bytes)) and os.fsdecode(path).startswith((":", "file:")):
        return path  # SQLite's names for memory, and addresses
    return _placed(path, _opened)


def in_folder(path: Any) -> Any:
    """Return where a path, or a pattern, lies in the trial's folder, whether or not anything is there."""
    return _placed(path, lambda view, relative, path: like(path, view.own(relative)))


def _placed(path: Any, place: Callable[[TrialView, str, Any], Any]) -> Any:
    view = current_view.view()
    if view is None:
        if not current_view.thread.behind:
            _note(path, place)
        return path
    with current_view.behind():
        if isinstance(view, FileWatch):
            _observe(view, path, place)
            return path
        relative = view.relative(path)
        if relative is not None:
            return place(view, relative, path)
        if view.watch is not None:
            _observe(view.watch, path, place)
        return path


def _note(path: Any, place: Callable[[TrialView, str, Any], Any]) -> None:
    """Note what setup opens by a library."""
    if place is _found:
        note_read(path)
    if place in (_made, _changed, _opened):
        note_written(path)


def _observe(watch: FileWatch, path: Any, place: Callable[[TrialView, str, Any], Any]) -> None:
    if place is _found:
        watch.reads_contents(path)
    if place in (_changed, _opened):
        watch.reads(path)
    if place in (_made, _changed, _opened):
        watch.writes(path, anew=place is _made)


def _made(view: TrialView, relative: str, path: Any) -> Any:
    if keeps_its_files(caller()):
        return path
    place = view.to_make(relative)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    return like(path, place)


def _found(view: TrialView, relative: str, path: Any) -> Any:
    if any(view.has_own(relative + suffix) for suffix in _SUFFIXES):
        return like(path, view.own(relative))
    return view.to_read_contents(relative, path)


def _opened(view: TrialView, relative: str, path: Any) -> Any:
    if not any(view.exists(relative + suffix) for suffix in ("", *_SUFFIXES)):
        return _made(view, relative, path)
    if any(view.has_own(relative + suffix) for suffix in _SUFFIXES):
        return like(path, view.own(relative))
    if is_made_by_setup(view.theirs(relative)):
        return view.to_change(relative, path)  # a run of its own would find what setup makes
    return view.place(relative, path)  # it may write it too


def _changed(view: TrialView, relative: str, path: Any) -> Any:
    return path if keeps_its_files(caller()) else view.to_change(relative, path)


def as_format(path: str) -> str:
    """Escape the braces of the trial's folder in a path that will be passed to `str.format`."""
    folder = str(Path(trial._folder()))
    return folder.replace("{", "{{").replace("}", "}}") + path.removeprefix(folder)


def _clear(folder: str) -> None:
    """Remove the files of an attempt that died with its worker; the trial would resume from them."""
    if not folder or not Path(folder).is_dir():
        return
    for entry in Path(folder).iterdir():
        if entry.name == OUTPUT:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
