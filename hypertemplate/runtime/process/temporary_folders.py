"""Temporary folders that name the process that owns them, so that those of a killed one can be removed."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

_NAME = re.compile(r"hypertemplate-(\d+)-(\d+)-(\d+)-\w+")
_PROCESSES = Path("/proc")


def prefix() -> str:
    """Return the beginning of the name of a folder that this process owns."""
    return f"hypertemplate-{_namespace()}-{os.getpid()}-{_started(os.getpid())}-"


def remove_abandoned(folder: Path | None = None) -> None:
    """Remove the temporary folders that belong to no living process; only one's own, which `prefix` named.

    Args:
        folder: folder that they are in; by default the system's for temporary files.
    """
    for entry in os.scandir(folder or tempfile.gettempdir()):
        found = _NAME.fullmatch(entry.name)
        if found is None or found[1] != _namespace() or _started(int(found[2])) == found[3]:
            continue
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid():
            shutil.rmtree(entry.path, ignore_errors=True)  # another process may be removing it


def _namespace() -> str:
    """Return the number of the namespace that process ids belong to: containers may share a folder."""
    try:
        return re.sub(r"\D", "", os.readlink(_PROCESSES / "self/ns/pid"))  # noqa: PTH115 - no path of a file
    except OSError:
        return "0"


def _started(process: int) -> str:
    """Return the time at which a process started, in the system's own unit; an empty text if there is none.

    Where the system does not tell, that of each living process is 0.
    """
    try:
        text = (_PROCESSES / str(process) / "stat").read_text("utf-8", "replace")
        # The name of the program, in parentheses, may hold anything.
        return text.rpartition(")")[2].split()[19]
    except FileNotFoundError:
        if _PROCESSES.joinpath("self/stat").exists():
            return ""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:  # it is another user's
        return "0"
    return "0"
