"""Lock on a study's folder: one search at a time writes it, and the next learns how the last one ended."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from hypertemplate.errors import UsageError
from hypertemplate.search.storage.study_files import network_type

FILE = "lock"


@dataclass(slots=True)
class Lock:
    """Lock that this process holds until it releases it or ends, however it ends.

    Attributes:
        died: whether the previous holder ended without releasing it.
        note: reason why other searches are not kept out, or an empty string.
    """

    died: bool
    note: str
    _descriptor: int | None

    def release(self, *, as_found: bool = False) -> None:
        """Release the folder in good order; safe to call twice.

        Args:
            as_found: whether the next holder should still learn of the previous holder's death.
        """
        if self._descriptor is not None:
            if not (as_found and self.died):
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def lock(folder: Path) -> Lock:
    """Lock a study's folder; the id of this process is then in its file ``lock``.

    The kernel holds the lock (``flock``), so it ends with the process, and the file may stay. Its text is
    removed in good order only: text in the file shows that its writer died.

    Raises:
        UsageError: another process holds the lock, or the folder cannot be written.
    """
    path = folder / FILE
    # Such file systems may give one file several numbers: the file would never seem to be the same.
    stable = network_type(folder) is None
    try:
        while True:
            held = _locked(path, stable)
            if held is not None:
                return held
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from error


def _locked(path: Path, stable: bool) -> Lock | None:
    """Return the lock; None if the folder was moved aside meanwhile."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        note = _take(descriptor, path.parent)
        moved = stable and not _is_same(descriptor, path)
        died = os.fstat(descriptor).st_size > 0
        if not moved:
            os.pwrite(descriptor, f"{os.getpid():<15}\n".encode(), 0)
    except BaseException:
        os.close(descriptor)
        raise
    if moved:
        os.close(descriptor)
        return None
    return Lock(died, note, descriptor)


def _take(descriptor: int, folder: Path) -> str:
    """Lock the open file; return an empty string, or the reason why this file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        process = f"process {holder}" if holder else "another process"
        raise UsageError(
            f"{folder}: a search is running there already ({process}); wait until it ends, or name another "
            "folder with {folder}",
            "folder",
        ) from error
    except OSError as error:
        return (
            f"{folder} is on a file system without locks ({error.strerror or error}): nothing keeps a second "
            "search out of it"
        )
    return ""


def _is_same(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def is_held(folder: Path) -> bool:
    """Tell whether a search runs in a study's folder; if that is unknown, assume that one does.

    A search that locks the folder at the moment of this check is told that another one has it.
    """
    try:
        descriptor = os.open(folder / FILE, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:  # it is not readable
        return True
    try:
        # A search that ended in good order left no text in it, so the lock need not be tried.
        return os.fstat(descriptor).st_size > 0 and not _is_free(descriptor)
    finally:
        os.close(descriptor)


def _is_free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # the file is locked, or its file system has no locks
        return False
    return True
