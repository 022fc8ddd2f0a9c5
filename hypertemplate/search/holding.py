"""Whether a search has a study's folder now, found out without touching it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from hypertemplate.search.locking import FILE


def is_held(folder: Path) -> bool:
    """Whether a search runs in a study's folder; where that cannot be found out, it is taken to.

    A search that takes the folder in the very instant of the look is told that another one has it.
    """
    try:
        descriptor = os.open(folder / FILE, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:  # it may not be read
        return True
    try:
        # A search that ended in good order left nothing in it, and there is no need to try the lock.
        return os.fstat(descriptor).st_size > 0 and not _is_free(descriptor)
    finally:
        os.close(descriptor)


def _is_free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # it is locked, or this file system has no locks
        return False
    return True
