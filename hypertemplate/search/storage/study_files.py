"""Files of a study's folder, written so that they are complete at any moment."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from hypertemplate.errors import UsageError


def begin_folder(folder: Path, ours: frozenset[str], aside: Callable[[Path], Path | None]) -> Path | None:
    """Make an empty folder; move anything else in its place aside.

    Args:
        folder: folder to make.
        ours: names that may be in it already.
        aside: moves the file or folder at a path to another one, which it returns.

    Returns:
        The new path of what was moved aside, or None.
    """
    is_free = folder.is_dir() and {path.name for path in folder.iterdir()} <= ours
    moved_to = None if is_free else aside(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return moved_to


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file or a folder; make the folder that it is to be in."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that at any moment either the old or the new text is there, complete.

    Raises:
        UsageError: the file cannot be written.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        # A lone surrogate, which no encoding has, is written as an escape that Python reads back.
        with open(new, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_bytes(folder: Path) -> int:
    """Return the number of bytes that can still be written in a folder."""
    free = os.statvfs(folder)
    return free.f_bavail * free.f_frsize


def cannot_write(path: Path, error: OSError) -> UsageError:
    """Describe an error in one line."""
    return UsageError(f"{path}: cannot be written: {error.strerror or error}")


Identity = tuple[int, int] | None
"""Device and number of a file on it; None for no file. No two open files have the same."""


SOME: Identity = (0, 0)
"""Identity of any file on a file system without stable numbers: a network's or a program's."""


def identities(paths: Iterable[Path], *, stable: bool = True) -> dict[Path, Identity]:
    """Return the identity of the file at each path now.

    Args:
        paths: paths of files.
        stable: whether a file keeps its number; else only its existence counts.
    """
    found = {path: _identity(path) for path in paths}
    return found if stable else {path: one and SOME for path, one in found.items()}


def first_gone(files: Mapping[Path, Identity]) -> Path | None:
    """Return the first path whose file has been removed or replaced, or None; costs a few microseconds.

    Args:
        files: result of `identities`; the files must have been open since.
    """
    for path, identity in files.items():
        now = _identity(path)
        if now is None or identity is None or identity not in (now, SOME):
            return path
    return None


def _identity(path: Path) -> Identity:
    try:
        found = path.stat()
    except OSError:  # nothing is reachable by this path
        return None
    return found.st_dev, found.st_ino


NETWORK = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "drvfs", "fuse", "fuseblk", "gfs2", "glusterfs", "gpfs"),
        *("lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "panfs", "pvfs2", "smb3", "smbfs", "vboxsf", "virtiofs"),
    }
)
"""Types of file systems that other machines may write, or that a program serves."""


SHARED_LOCKS = frozenset(
    ("afs", "beegfs", "ceph", "cifs", "gfs2", "glusterfs", "gpfs", "lustre", "nfs", "nfs4", "ocfs2", "panfs")
)
"""Those whose locks keep other machines out, too."""


def network_type(folder: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """Return the type of a folder's file system if it is a network's or a program's; else None.

    Args:
        folder: folder, which need not exist.
        mounts: table of mounts; on a system without one, the result is None.
    """
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    place = folder.resolve()
    found, deepest = "", -1
    for line in table.splitlines():
        _, point, kind, *_ = line.split(" ")
        at = Path(_unescaped(point))
        # Of two mounts at one place the later one hides the earlier.
        if (at == place or at in place.parents) and len(at.parts) >= deepest:
            found, deepest = kind, len(at.parts)
    return found if found in NETWORK or found.startswith("fuse.") else None


def _unescaped(point: str) -> str:
    r"""Decode the place of a mount, in which a space is written as ``\040``."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point)
