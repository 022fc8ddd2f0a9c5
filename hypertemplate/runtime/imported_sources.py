"""The user's own files that a program has imported, and what was in them."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from hypertemplate.runtime.own_code import is_own_module

MAX_BYTES = 10 * 2**20
"""A file that is larger is not read: it is no program text."""


def imported_files(template: str) -> dict[str, str]:
    """Path to digest of every file below the template's folder, or the working one, that is a loaded module.

    A path is relative to that folder. What is installed, Python's own, ours and the template itself are left
    out. With a framework's thousands of modules loaded this takes some milliseconds.

    Args:
        template: the path of the template.
    """
    folders = [f"{Path(place).resolve()}/" for place in (Path(template).parent, Path.cwd())]
    found: dict[str, str] = {}
    for file in sorted(_own_files()):
        folder = next((folder for folder in folders if file.startswith(folder)), None)
        if folder is not None and (digest := _digest(Path(file))) is not None:
            found.setdefault(file[len(folder) :], digest)
    return found


def _own_files() -> Iterator[str]:
    """The files of the loaded modules, less those that a user does not edit."""
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
