"""Entries of a folder of which the trial has written a part, as `os.scandir` gives them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any


class OwnEntry:
    """Entry that the trial has written; what `os.DirEntry` has.

    Args:
        name: its name, as text or bytes.
        path: its path, as user code would write it.
        place: where it lies.
    """

    def __init__(self, name: Any, path: Any, place: str) -> None:
        self.name = name
        self.path = path
        self._place = place

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Return True for a folder."""
        return os.path.isdir(self._place) and (follow_symlinks or not self.is_symlink())

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Return True for a file."""
        return os.path.isfile(self._place) and (follow_symlinks or not self.is_symlink())

    def is_symlink(self) -> bool:
        """Return True for a symbolic link."""
        return os.path.islink(self._place)

    def is_junction(self) -> bool:
        """Return False: only Windows has them."""
        return False

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """Return what `os.stat` returns."""
        return os.stat(self._place, follow_symlinks=follow_symlinks)

    def inode(self) -> int:
        """Return the number of the inode."""
        return self.stat(follow_symlinks=False).st_ino


class MergedEntries:
    """Iterator over entries, and a context manager, as `os.scandir` returns.

    Args:
        entries: the entries.
    """

    def __init__(self, entries: list[Any]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> MergedEntries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the entries."""
        self._entries = iter(())


def merged_entries(scandir: Any, path: Any, found: list[str], own: dict[str, str]) -> MergedEntries:
    """Join the user's entries of a folder with the trial's.

    Args:
        scandir: Python's own function.
        path: the folder, as user code has given it, or None.
        found: names of the user's entries that the trial sees.
        own: name of an entry of the trial's, as user code would write it -> where it lies.
    """
    entries: list[Any] = []
    binary = isinstance(path, bytes)
    if found:
        with scandir(path) as listed:
            names = {os.fsencode(name) if binary else name for name in found}
            entries = [entry for entry in listed if entry.name in names]
    for name, place in own.items():
        shown: Any = os.fsencode(name) if binary else name
        entries.append(OwnEntry(shown, shown if path is None else os.path.join(path, shown), place))
    return MergedEntries(entries)
