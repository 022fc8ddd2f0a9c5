"""Where the relative paths of a trial lie: in the trial's folder, so that no trial sees another's files."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hypertemplate import trial
from hypertemplate.runtime.protocol import OUTPUT

_ABOVE = "above"
"""The folder, in the trial's, that stands for ``..``."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@contextlib.contextmanager
def running(number: int, folder: str, params: Mapping[str, Any]) -> Iterator[None]:
    """A trial runs: `hypertemplate.trial` tells of it, and its relative paths lie in its folder.

    Args:
        number: of the trial.
        folder: an absolute path, or an empty string for none: paths then stay what they are. What an
            earlier attempt at the trial left there is removed, less what it printed.
        params: label to value, as people see them.
    """
    _clear(folder)
    with trial._running(number, folder, params):
        yield


def to_write(path: Any) -> Any:
    """Where a path that trial code is to write lies: in the trial's folder if it is relative.

    Args:
        path: what user code gave; what is no relative path, or given outside a trial, comes back as it is.

    Returns:
        An absolute path, as a string; the folder that holds it is made.
    """
    place = _in_folder(path)
    if place is None:
        return path
    place.parent.mkdir(parents=True, exist_ok=True)
    return str(place)


def to_read(path: Any) -> Any:
    """Where a path that trial code is to read lies: in the trial's folder if this trial wrote it."""
    place = _in_folder(path)
    if place is None:
        return path
    # TensorFlow's checkpoints are several files, and the path is what their names begin with.
    written = place.exists() or place.with_name(f"{place.name}.index").exists()
    return str(place) if written else path


def as_format(path: str) -> str:
    """A path in the trial's folder for what calls `str.format` on it: the folder's own braces stay braces."""
    folder = str(Path(trial._folder()))
    return folder.replace("{", "{{").replace("}", "}}") + path.removeprefix(folder)


def _in_folder(path: Any) -> Path | None:
    folder = trial._folder()
    if not folder or not isinstance(path, (str, os.PathLike)):
        return None
    text = os.fspath(path)
    if not isinstance(text, str) or not text or Path(text).is_absolute() or _URL.match(text):
        return None
    parts = Path(os.path.normpath(text)).parts
    return Path(folder, *(_ABOVE if part == ".." else part for part in parts))


def _clear(folder: str) -> None:
    """Remove what an attempt left that died with its worker: the trial would go on from it."""
    if not folder or not Path(folder).is_dir():
        return
    for entry in Path(folder).iterdir():
        if entry.name == OUTPUT:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
