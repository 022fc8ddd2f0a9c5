"""The user's own files that a program has imported, and their digests."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from hypertemplate.runtime.own_code import is_own_module

MAX_BYTES = 10 * 2**20
"""Most bytes of a file that is read; a larger one is not program text."""


def imported_files(template: str) -> dict[str, str]:
    """Map the path of every loaded module's file below the template's or the working folder to its digest.

    A path is relative to that folder. Installed packages, Python's own modules, this package and the template
    itself are left out. With a framework's thousands of modules loaded this takes some milliseconds.

    Args:
        template: path of the template.
    """
    folders = [f"{Path(place).resolve()}/" for place in (Path(template).parent, Path.cwd())]
    found: dict[str, str] = {}
    for file in sorted(_own_files()):
        folder = next((folder for folder in folders if file.startswith(folder)), None)
        if folder is not None and (digest := _digest(Path(file))) is not None:
            found.setdefault(file[len(folder) :], digest)
    return found


def _own_files() -> Iterator[str]:
    """Yield the files of the loaded modules, except those that a user does not edit."""
    modules: list[object] = list(sys.modules.values())
    for module in modules:
        if isinstance(module, ModuleType) and is_own_module(module):
            yield os.path.realpath(object.__getattribute__(module, "__dict__")["__file__"])


def _digest(path: Path) -> str | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # it is gone, or lies in an archive
        return None
