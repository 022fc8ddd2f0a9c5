"""Temporary files and folders that setup has made: they are the program's own, as relative paths are."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Any

from hypertemplate.runtime.files.downloads import caller, keeps_its_files
from hypertemplate.runtime.own_code import is_own_module_name

_made: dict[str, None] = {}


def _default_folder() -> str:
    before = tempfile.tempdir
    try:
        return tempfile.gettempdir()
    finally:
        tempfile.tempdir = before  # as in a run without this package


_DEFAULT = _default_folder()  # not later: Python holds a lock while it opens files to look for it


def made_paths() -> tuple[str, ...]:
    """Return the absolute paths that setup has made in this process."""
    return tuple(_made)


def note_made(path: Any, *_: Any, **__: Any) -> None:
    """Note that a file or folder is made outside trials, if the user's code does so among temporary ones."""
    text = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
    if not os.path.isabs(text) or not text.startswith(f"{temporary_folder()}/"):
        return
    if _is_called_by_user():
        _made[os.path.normpath(text)] = None


def note_opened(path: Any, mode: Any = "r", *_: Any, **__: Any) -> None:
    """Note the file that a call of `open` makes."""
    if isinstance(mode, str) and set(mode) & {"w", "x", "a"}:
        note_made(path)


def note_descriptor(path: Any, flags: int, *_: Any, **__: Any) -> None:
    """Note the file that a call of `os.open` makes."""
    if flags & os.O_CREAT:
        note_made(path)


def temporary_folder() -> str:
    """Return the folder of temporary files, without having Python look for it."""
    return tempfile.tempdir or _DEFAULT


def _is_called_by_user() -> bool:
    """Return True if the user's own code runs, or has called Python's functions that run."""
    frame = caller()
    if keeps_its_files(frame):
        return False
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if is_own_module_name(name):
            return True
        if name.partition(".")[0] not in sys.stdlib_module_names:
            return False
        frame = frame.f_back
    return False
