"""Files that an export writes: none is replaced unasked, and none is left half written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypertemplate.errors import UsageError
from hypertemplate.exports.base import Target


def new_file(target: Target, suffix: str) -> Path:
    """Return the path of the file to write: the one that the user named, else the study's name with a suffix.

    Raises:
        UsageError: it exists and is not to be replaced, or it is a folder.
    """
    path = Path(target.where or f"{target.name}{suffix}")
    if path.is_dir():
        raise UsageError(f"{{output}} {path} is a folder; name a file in it", "output")
    if path.exists() and not path.is_file():
        raise UsageError(f"{{output}} {path} is not a file", "output")
    if path.exists() and not target.force:
        raise taken(str(path))
    return path


def taken(what: str) -> UsageError:
    """Return the error for a place where something is already."""
    return UsageError(
        f"{what} exists already; name another place with {{output}}, or replace it with {{force}}",
        "output",
        ("force",),
    )


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, or leave what was there.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.resolve().parent)
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path.resolve())
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
