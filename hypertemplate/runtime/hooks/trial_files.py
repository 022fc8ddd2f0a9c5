"""Relative paths of a trial, placed in the trial's folder so that no trial sees another's files."""

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
"""Name of the folder, inside the trial's, that stands for ``..``."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@contextlib.contextmanager
def running(number: int, folder: str, params: Mapping[str, Any]) -> Iterator[None]:
    """Run a trial in this context: `hypertemplate.trial` describes it; its relative paths lie in its folder.

    Args:
        number: number of the trial.
        folder: an absolute path, or an empty string for none: paths then stay as they are. Files of an
            earlier attempt at the trial are removed, except its output.
        params: label -> value, as users see them.
    """
    _clear(folder)
    with trial._running(number, folder, params):
        yield


def to_write(path: Any) -> Any:
    """Return the place that trial code writes a path to: in the trial's folder if the path is relative.

    Args:
        path: path from user code; anything else, and any path outside a trial, is returned unchanged.

    Returns:
        An absolute path, as a string; the folder that contains it is created.
    """
    place = _in_folder(path)
    if place is None:
        return path
    place.parent.mkdir(parents=True, exist_ok=True)
    return str(place)


def to_read(path: Any) -> Any:
    """Return the place to read a path from: in the trial's folder if this trial wrote it."""
    place = _in_folder(path)
    if place is None:
        return path
    # TensorFlow's checkpoints are several files, and the path is the prefix of their names.
    written = place.exists() or place.with_name(f"{place.name}.index").exists()
    return str(place) if written else path


def as_format(path: str) -> str:
    """Escape the braces of the trial's folder in a path that will be passed to `str.format`."""
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
    """Remove the files of an attempt that died with its worker; the trial would resume from them."""
    if not folder or not Path(folder).is_dir():
        return
    for entry in Path(folder).iterdir():
        if entry.name == OUTPUT:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
