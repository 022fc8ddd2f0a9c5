"""Paths of user code that may be redirected, as relative ones to the working directory.

An absolute path below the working directory or beside the template is the same file as the relative one, and
follows the same rule; not so what is installed, hidden folders, and folders that are left out.
"""

from __future__ import annotations

import os
import re
import site
import sys
from collections.abc import Callable, Iterable
from typing import Any

from hypertemplate.runtime.files.temporary_paths import made_paths, temporary_folder

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class UserPaths:
    """Paths as the code of one trial writes them.

    Args:
        beside: folder of the template, an absolute path; empty if it has none.
        left_out: folders whose paths stay what they are.
    """

    def __init__(self, beside: str = "", left_out: Iterable[str] = ()) -> None:
        self._cwd = working_directory()
        self._roots = tuple(
            f"{os.path.normpath(root)}/" for root in (self._cwd, beside) if root not in ("", "/")
        )
        self._left_out = tuple(
            f"{place}/"
            for place in map(os.path.normpath, (*left_out, temporary_folder(), *installed()))
            if place.startswith(self._roots)
        )
        left_out = self._left_out if self._cwd else ()
        made = (f"{place}/" for place in made_paths() if self._cwd)
        self._made = tuple(place for place in made if not place.startswith(self._roots))
        self._near = tuple(os.path.relpath(place, self._cwd) + "/" for place in left_out)
        self._moved = False

    def relative(self, path: Any) -> str | None:
        """Return a path from user code as a normalised one from the working directory; None if it stays."""
        text = text_of(path)
        if not text:
            return None
        if text.startswith("/"):
            return self._of_absolute(os.path.normpath(text))
        if "://" in text and _URL.match(text):
            return None
        relative = os.path.normpath(text)
        here = working_directory()
        self._moved = here != self._cwd
        if self._moved:
            relative = self._from(here, relative)
        return None if self._near and f"{relative}/".startswith(self._near) else relative

    def theirs(self, relative: str) -> str:
        """Return where the user's file of this path lies."""
        return os.path.normpath(os.path.join(self._cwd, relative))

    def is_made(self, relative: str) -> bool:
        """Return True if setup has made a path, or a folder above it, among temporary files."""
        return bool(self._made) and f"{self.theirs(relative)}/".startswith(self._made)

    def _of_absolute(self, path: str) -> str | None:
        if f"{path}/" in self._roots or (self._made and f"{path}/".startswith(self._made)):
            return os.path.relpath(path, self._cwd)
        if not path.startswith(self._roots) or (self._left_out and f"{path}/".startswith(self._left_out)):
            return None
        root = next(root for root in self._roots if path.startswith(root))
        below = path.removeprefix(root)
        if below.startswith(".") or "/." in below:
            return None
        return below if root == f"{self._cwd}/" else os.path.relpath(path, self._cwd)

    def _from(self, here: str, relative: str) -> str:
        """Return a path from the working directory of the trial's begin, where the trial has changed it."""
        return os.path.relpath(os.path.join(here, relative), self._cwd)


def text_of(path: Any) -> str:
    """Return a path as text; empty for what is none, such as a descriptor."""
    if type(path) is not str and isinstance(path, os.PathLike):
        path = os.fspath(path)
    if isinstance(path, bytes):
        return os.fsdecode(path)
    return path if isinstance(path, str) else ""


def like(path: Any, place: str) -> str | bytes:
    """Return a place as bytes where the path that it stands for was given so."""
    given = path if type(path) is str or not isinstance(path, os.PathLike) else os.fspath(path)
    return os.fsencode(place) if isinstance(given, bytes) else place


def working_directory() -> str:
    """Return the working directory; empty if it was removed, and nothing is relative to it."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return ""


def installed() -> list[str]:
    """Return the folders of installed packages."""
    return [sys.prefix, sys.base_prefix, sys.exec_prefix, site.getuserbase(), *site.getsitepackages()]


def at(place: Any, given: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a function with a place; an error names the path as it was given.

    Args:
        place: where the file lies.
        given: path from user code.
        function: function that takes a path first.
        *args: its further arguments.
        **kwargs: its further arguments.
    """
    try:
        return function(place, *args, **kwargs)
    except OSError as error:
        if place is not given and error.filename == place:
            error.filename = given
        raise


def between(source: Any, target: Any, src: Any, dst: Any, function: Callable[..., Any], **kwargs: Any) -> Any:
    """Call a function with two places; an error names the paths as they were given."""
    try:
        return function(source, target, **kwargs)
    except OSError as error:
        error.filename, error.filename2 = src, dst
        raise
