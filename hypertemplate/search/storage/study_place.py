"""Place of a study, as the user names it."""

from __future__ import annotations

from pathlib import Path

from hypertemplate.errors import UsageError
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.storage.sqlite.reader import FILE, SUFFIX, absent, holds_study

DRIVE = Path("/content/drive")
"""Folder in which Colab mounts Google Drive."""


def default_study(names: TemplateNames) -> Path:
    """Return the folder of a template's study where its user names none: in the current folder."""
    return Path(f"{Path(names.path).resolve().stem}{SUFFIX}")


def study_folder(path: Path) -> Path:
    """Return the folder of a study, from its path or that of its database.

    Raises:
        UsageError: the path is another file, or in a Google Drive that is not mounted.
    """
    path = path.expanduser()
    if path.name == FILE and path.is_file():
        return path.parent
    if path.is_file():
        folder = Path(path.stem + SUFFIX)
        hint = f"; perhaps {folder}" if holds_study(folder) else ""
        raise UsageError(f"{path} is a file, and a study is a folder{hint}")
    if DRIVE in path.parents and not DRIVE.is_mount():
        raise UsageError(
            f"{path}: Google Drive is not mounted, so the study would be gone with this machine; run first: "
            f"from google.colab import drive; drive.mount('{DRIVE}')"
        )
    return path


def existing_study(path: Path) -> Path:
    """Return the folder of a study that exists, from its path or that of its database.

    Raises:
        UsageError: there is none.
    """
    folder = study_folder(path)
    if not holds_study(folder):
        raise UsageError(absent(folder))
    return folder
