"""Which file system a path is on: a write-ahead log needs memory that all who open the file share."""

from __future__ import annotations

import re
from pathlib import Path

NETWORK = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "drvfs", "fuse", "fuseblk", "gfs2", "glusterfs", "gpfs"),
        *("lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "panfs", "pvfs2", "smb3", "smbfs", "vboxsf", "virtiofs"),
    }
)
"""Types of file systems that other machines may write, or that a program stands behind."""


def network_type(folder: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """The type of the file system that a folder is on, if it is a network's or a program's; else None.

    Args:
        folder: need not exist.
        mounts: the table of what is mounted where; where a system has none, the answer is None.
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
        # Of two at one place the later one hides the earlier.
        if (at == place or at in place.parents) and len(at.parts) >= deepest:
            found, deepest = kind, len(at.parts)
    return found if found in NETWORK or found.startswith("fuse.") else None


def _unescaped(point: str) -> str:
    r"""A mount's place: a space is written as ``\040`` there."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point)
