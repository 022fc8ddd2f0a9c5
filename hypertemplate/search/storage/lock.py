"""Lock on a study's folder: one search at a time writes it, and the next learns how the last one ended."""

from __future__ import annotations

import errno
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from hypertemplate.errors import UsageError
from hypertemplate.search.storage.lock_holder import SIZE, Holder, read_holder, this_process, written_lately
from hypertemplate.search.storage.study_files import SHARED_LOCKS, network_type

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
    """Lock a study's folder; its file ``lock`` then names this process, its machine and its start.

    The kernel holds the lock (``flock``), so it ends with the process, and the file may stay. Its text is
    removed in good order only: text in the file shows that its writer died.

    Raises:
        UsageError: another process holds the lock, or the folder cannot be written.
    """
    path = folder / FILE
    # Such file systems may give one file several numbers: the file would never seem to be the same.
    network = network_type(folder)
    try:
        while True:
            held = _locked(path, network)
            if held is not None:
                return held
    except OSError as error:
        read_only = error.errno in (errno.EROFS, errno.EACCES, errno.EPERM) and path.parent.is_dir()
        way = f"; it can be read: hypertemplate show {folder}; to search on, copy it" if read_only else ""
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}{way}") from error


def _locked(path: Path, network: str | None) -> Lock | None:
    """Return the lock; None if the folder was moved aside meanwhile."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        note = _take(descriptor, path.parent)
        moved = network is None and not _is_same(descriptor, path)
        before = os.pread(descriptor, SIZE, 0)
        if not moved:
            _check_gone(read_holder(before), path, network, locks=not note)
            os.pwrite(descriptor, this_process().text, 0)
    except BaseException:
        os.close(descriptor)
        raise
    if moved:
        os.close(descriptor)
        return None
    return Lock(bool(before), note, descriptor)


def _take(descriptor: int, folder: Path) -> str:
    """Lock the open file; return an empty string, or the reason why this file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _in_use(folder, read_holder(os.pread(descriptor, SIZE, 0))) from error
    except OSError as error:
        return (
            f"{folder} is on a file system without locks ({error.strerror or error}): nothing keeps a second "
            "search out of it"
        )
    return ""


def _check_gone(before: Holder, path: Path, network: str | None, *, locks: bool) -> None:
    """Reject a folder whose last holder may live, where the lock does not tell.

    Args:
        before: last holder, which has not released the folder.
        path: file of the lock.
        network: type of the file system, if a network or a program stands behind it.
        locks: whether it has locks.

    Raises:
        UsageError: the last holder may live.
    """
    if not before.process:
        return
    if not locks and before.is_alive_here():
        raise _in_use(path.parent, before, f", or remove {path} if that is another process")
    if before.is_elsewhere and not (locks and network in SHARED_LOCKS) and network is not None:
        ago = written_lately(path.parent)
        if ago:
            raise UsageError(
                f"{path.parent}: a search wrote there {ago} ago ({before}), and this file system does not "
                f"tell whether it still runs; wait until it ends, or remove {path} if that machine is gone"
            )


def _in_use(folder: Path, holder: Holder, more: str = "") -> UsageError:
    return UsageError(
        f"{folder}: a search is running there already ({holder}); wait until it ends, or name another folder "
        f"with {{folder}}{more}",
        "folder",
    )


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


def has_locks(folder: Path) -> bool:
    """Tell whether the file system of a study's folder has SQLite's locks, tried on the file ``lock``."""
    try:
        descriptor = os.open(folder / FILE, os.O_RDONLY)
    except OSError:  # no search has written the folder, or it is not readable
        return True
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EACCES)  # another process has the lock
    finally:
        os.close(descriptor)
    return True


def _is_free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # the file is locked, or its file system has no locks
        return False
    return True
