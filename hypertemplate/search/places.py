"""Whether the files that a search has open are still where everybody looks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

Identity = tuple[int, int] | None
"""The device and the number of a file on it; None for none. No two files that are open have the same."""


SOME: Identity = (0, 0)
"""Any file, where a file system may give one file another number: those of networks and of programs."""


def identities(paths: Iterable[Path], *, stable: bool = True) -> dict[Path, Identity]:
    """What is at each path now.

    Args:
        paths: of files.
        stable: whether a file keeps its number; else it only counts whether there is a file.
    """
    found = {path: _identity(path) for path in paths}
    return found if stable else {path: one and SOME for path, one in found.items()}


def first_gone(files: Mapping[Path, Identity]) -> Path | None:
    """The first path at which the file is no longer that was there, or None; costs a few microseconds.

    Args:
        files: what `identities` has found; the files must have been open since.
    """
    for path, identity in files.items():
        now = _identity(path)
        if now is None or identity is None or identity not in (now, SOME):
            return path
    return None


def _identity(path: Path) -> Identity:
    try:
        found = path.stat()
    except OSError:  # nothing that can be reached by this path
        return None
    return found.st_dev, found.st_ino
