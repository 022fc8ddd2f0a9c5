"""`open`, `io.FileIO` and `os.open` in a trial: which file a mode opens."""

from __future__ import annotations

import io
import os
from typing import Any

from hypertemplate.runtime.files import current_view
from hypertemplate.runtime.files.downloads import caller, keeps_its_files
from hypertemplate.runtime.files.trial_view import TrialView
from hypertemplate.runtime.files.user_paths import at


def open_file(
    view: TrialView,
    original: Any,
    file: Any,
    mode: Any = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Any = None,
) -> Any:
    """Open a file as `open` does: for reading where the trial finds it, for writing in its folder."""
    rest = (mode, buffering, encoding, errors, newline, closefd, opener)
    if opener is not None:
        with current_view.in_front():  # it opens a file as it likes
            return original(file, *rest)
    relative = view.relative(file) if isinstance(mode, str) else None
    if relative is None:
        return original(file, *rest)
    kinds = frozenset(mode)
    if not kinds & {"w", "a", "x", "+"}:
        return at(view.to_read_contents(relative, file), file, original, *rest)
    if keeps_its_files(caller()):
        return original(file, *rest)
    if "a" in kinds and view.to_append(relative):
        if mode not in ("a", "at", "ab") or buffering == 0 or ("b" in mode and encoding is not None):
            original(os.devnull, *rest).close()  # it refuses what `open` refuses
        raw = at(relative, file, view.open_log, to_read="+" in kinds)
        return _wrapped(raw, mode, buffering, encoding, errors, newline)
    if "a" in kinds and view.is_made(relative):
        return at(view.to_change(relative, file), file, original, *rest)
    if "w" in kinds or "a" in kinds or ("x" in kinds and not view.exists(relative)):
        kept = "a" in kinds and view.has_own(relative)
        return at(view.own(relative) if kept else view.to_write(relative, file), file, original, *rest)
    if "x" in kinds:
        return at(view.place(relative, file), file, original, *rest)  # it is there already
    return at(view.to_change(relative, file), file, original, *rest)


def open_unbuffered(
    view: TrialView, original: Any, file: Any, mode: Any = "r", closefd: bool = True, opener: Any = None
) -> Any:
    """Open a file as `io.FileIO` does."""
    kinds = mode.replace("b", "") if isinstance(mode, str) else "t"
    if not set(kinds) <= {"r", "w", "a", "x", "+"}:
        return original(file, mode, closefd, opener)  # it refuses it

    def as_opened(place: Any, *rest: Any) -> Any:
        return original(place, mode, *rest[-2:])

    return open_file(view, as_opened, file, f"{kinds}b", 0, closefd=closefd, opener=opener)


def open_of_subclass(
    view: TrialView, original: Any, file: Any, mode: Any = "r", closefd: bool = True, opener: Any = None
) -> Any:
    """Open a file for an object of a class that derives from `io.FileIO`.

    A class of ours cannot take its place, so that what is appended stays in the trial's folder.
    """
    appends = isinstance(mode, str) and "a" in mode and opener is None
    relative = view.relative(file) if appends else None
    if relative is None or keeps_its_files(caller()) or not view.to_append(relative):
        return open_unbuffered(view, original, file, mode, closefd, opener)
    return at(view.to_change(relative, file), file, original, mode, closefd, opener)


def open_descriptor(
    view: TrialView, original: Any, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None
) -> Any:
    """Open a file as `os.open` does."""
    relative = view.relative(path) if dir_fd is None else None
    if relative is None:
        return original(path, flags, mode, dir_fd=dir_fd)
    writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_TRUNC | os.O_CREAT)
    if not writes:
        return at(view.to_read_contents(relative, path), path, original, flags, mode)
    if keeps_its_files(caller()):
        return original(path, flags, mode)
    if flags & os.O_APPEND and not flags & (os.O_RDWR | os.O_TRUNC) and view.to_append(relative):
        return original(path, flags, mode)
    found = view.exists(relative)
    if found and flags & os.O_EXCL:
        return at(view.place(relative, path), path, original, flags, mode)  # it is there already
    if flags & os.O_TRUNC or (not found and flags & os.O_CREAT):
        return at(view.to_write(relative, path), path, original, flags, mode)
    return at(view.to_change(relative, path), path, original, flags, mode)


def _wrapped(
    raw: io.FileIO,
    mode: str,
    buffering: int,
    encoding: str | None,
    errors: str | None,
    newline: str | None,
) -> Any:
    """Lay around a raw file what `open` lays around it."""
    if buffering == 0:
        return raw
    kind = io.BufferedRandom if "+" in mode else io.BufferedWriter
    buffered = kind(raw, buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE)
    if "b" in mode:
        return buffered
    text = io.TextIOWrapper(buffered, encoding, errors, newline, line_buffering=buffering == 1)
    text.mode = mode  # type: ignore[misc] # as `open` sets it
    return text
