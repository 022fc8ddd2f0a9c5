"""The user's own files that a program has imported, and what was in them."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from hypertemplate.runtime.loaded_program import MODULE_NAME

MAX_BYTES = 10 * 2**20
"""A file that is larger is not read: it is no program text."""

INSTALLED = ("/site-packages/", "/dist-packages/")

PYTHON = os.path.dirname(os.__file__) + "/"  # noqa: PTH120 - compared as texts, as `sys.modules` has them


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
    ours = __name__.partition(".")[0]
    for name, module in list(sys.modules.items()):
        if name == MODULE_NAME or name.partition(".")[0] == ours or not isinstance(module, ModuleType):
            continue
        # Not getattr(): some modules stand for others, which that would import.
        file = object.__getattribute__(module, "__dict__").get("__file__")
        if (
            isinstance(file, str)
            and not file.startswith(PYTHON)
            and not any(one in file for one in INSTALLED)
        ):
            yield os.path.realpath(file)


def _digest(path: Path) -> str | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # it is gone, or lies in an archive
        return None
