"""Files of a study's folder, written so that they are whole at any moment."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from hypertemplate.errors import UsageError


def begin_folder(folder: Path, ours: frozenset[str], aside: Callable[[Path], Path | None]) -> Path | None:
    """Have an empty folder; where something else is, move it aside.

    Args:
        folder: where.
        ours: names that may be there already.
        aside: moves what is at a place to another one, which it returns.

    Returns:
        where what was there is now, or None.
    """
    is_free = folder.is_dir() and {path.name for path in folder.iterdir()} <= ours
    moved_to = None if is_free else aside(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return moved_to


def write_whole(path: Path, text: str) -> None:
    """Write a file so that at any moment the old text or the new is there, whole.

    Raises:
        UsageError: it could not be written.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        # A lone surrogate, which no encoding has, becomes an escape that Python reads back.
        with open(new, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error


def sync_folder(folder: Path) -> None:
    """Make durable which names a folder holds."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_bytes(folder: Path) -> int:
    """How much can still be written in a folder."""
    free = os.statvfs(folder)
    return free.f_bavail * free.f_frsize


def cannot_write(path: Path, error: OSError) -> UsageError:
    """An error as one line."""
    return UsageError(f"{path}: cannot be written: {error.strerror or error}")
