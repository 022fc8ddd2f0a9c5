"""Files as a trial sees them: its own folder, laid over the user's files.

A path that this trial has written is found in the trial's folder, every other one where it always was.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
from os import lstat
from pathlib import Path
from typing import Any

from hypertemplate.runtime.files.common_logs import AppendedFile, CommonLogs, ReadAndAppendedFile
from hypertemplate.runtime.files.shared_files import FileWatch
from hypertemplate.runtime.files.user_paths import UserPaths, like, working_directory
from hypertemplate.runtime.protocol import OUTPUT, TRIALS

_ABOVE = "above"
"""Name of the folder, inside the trial's, that stands for ``..``."""

_RESERVED = re.compile(rf"(?:{re.escape(OUTPUT)}|{_ABOVE})_*")
"""Names at the top of the trial's folder that the user's files have with one more underscore."""

LARGEST_COPY = 1 << 30
"""Most bytes of a file of the user's that is copied because a trial changes it in place."""


class TrialView(UserPaths):
    """Files as one trial sees them.

    Args:
        folder: the trial's folder, an absolute path.
        beside: folder of the template, an absolute path; empty if it has none.

    Attributes:
        logs: files of the user's that this trial only appends to.
        notes: notes for the user.
        watch: watch on files that are what they are for each trial; None where there is none.
        own_uses: number of times that the trial has found, or made, a file of its own.
    """

    def __init__(self, folder: str, beside: str = "") -> None:
        self.notes: list[str] = []
        self.watch: FileWatch | None = None
        self.own_uses = 0
        self._folder = os.path.normpath(folder)
        trials = os.path.dirname(self._folder)
        self._study = os.path.dirname(trials) if os.path.basename(trials) == TRIALS else trials
        super().__init__(beside, (self._folder, trials, self._study))
        self._concealed = self._listed_study()
        self._hidden: set[str] = set()
        self._read: set[str] = set()
        self.logs = CommonLogs(self._folder)
        for path, base in self.logs.read_back():
            self._begin_anew(path, base)

    def own(self, relative: str) -> str:
        """Return the place in the trial's folder that stands for a relative path."""
        if relative == ".":
            return self._folder
        if not relative.startswith((".", _ABOVE, OUTPUT)):
            return f"{self._folder}/{relative}"
        parts = relative.split("/")
        above = 0
        while above < len(parts) and parts[above] == "..":
            parts[above] = _ABOVE
            above += 1
        if above < len(parts) and _RESERVED.fullmatch(parts[above]):
            parts[above] += "_"
        return "/".join((self._folder, *parts))

    def has_own(self, relative: str) -> bool:
        """Return True if this trial has written the path."""
        return relative != "." and _is_there(self.own(relative))

    def has_theirs(self, relative: str) -> bool:
        """Return True if the user has a file there that this trial has not removed."""
        return not self.is_hidden(relative) and _is_there(self.theirs(relative))

    def exists(self, relative: str) -> bool:
        """Return True if the trial finds anything at the path."""
        return self.has_own(relative) or self.has_theirs(relative)

    def is_hidden(self, relative: str) -> bool:
        """Return True if this trial has removed the user's file or a folder above it."""
        while self._hidden and relative not in ("", ".", ".."):
            if relative in self._hidden:
                return True
            relative = os.path.dirname(relative)
        return False

    def hide(self, relative: str) -> None:
        """Let the trial find the user's file no more; it stays on the disk."""
        self.logs.forget(relative)
        if os.path.lexists(self.theirs(relative)):
            self._hidden.add(relative)

    def to_read(self, path: Any) -> Any:
        """Return where to look at a path: in the trial's folder if this trial has written or removed it."""
        relative = self.relative(path)
        return path if relative is None else self.place(relative, path)

    def place(self, relative: str, path: Any) -> Any:
        """Return where the trial finds a relative path, which user code has given as `path`."""
        self.logs.complete(relative, self.own)
        if self.has_own(relative) or self.is_hidden(relative):
            self.own_uses += 1
            return like(path, self.own(relative))
        return like(path, self.theirs(relative)) if self._moved and self._is_inside() else path

    def to_read_contents(self, relative: str, path: Any) -> Any:
        """Return where to read a file from; a log that this trial appends to is then completed for it."""
        if self.logs.is_open(relative):
            self.reads_log(relative)
        elif not self.has_own(relative):
            self._read.add(relative)
            if self.watch is not None and not self.is_hidden(relative):
                self.watch.sees(relative)
        return self.place(relative, path)

    def reads_log(self, relative: str) -> None:
        """Note that a trial reads what it appends to."""
        if self.logs.now_read(relative):
            self.notes.append(
                f"trials append to {relative!r} and read it: each finds the lines from before the search and "
                "its own"
            )

    def to_append(self, relative: str) -> bool:
        """Return True if appending to the path goes to the user's file, which all trials share."""
        is_shared = self._is_appended(relative)
        if is_shared and self.watch is not None:
            self.watch.adds_to(relative)
        return is_shared

    def _is_appended(self, relative: str) -> bool:
        if self.logs.is_open(relative):
            return True
        if self.has_own(relative) or self.is_hidden(relative) or self.is_made(relative):
            return False
        theirs = self.theirs(relative)
        parent = os.path.dirname(relative)
        if os.path.lexists(theirs):
            return _is_ordinary(theirs)
        if not os.path.isdir(os.path.dirname(theirs)):
            if not os.path.isdir(self.own(parent)):
                return False
            os.makedirs(os.path.dirname(theirs), exist_ok=True)
        return True

    def open_log(self, relative: str, *, to_read: bool) -> io.FileIO:
        """Open a file of the user's that this trial appends to.

        Args:
            relative: its path.
            to_read: whether it is opened for reading too: then it is the trial's copy.
        """
        theirs = self.theirs(relative)
        log = self.logs.open(relative, theirs)
        if relative in self._read:
            self.reads_log(relative)
        if not to_read:
            return AppendedFile(theirs, log)
        log.complete(self.own(relative), empty=True)
        return ReadAndAppendedFile(self.own(relative), log, lambda: self.reads_log(relative))

    def to_make(self, relative: str) -> str:
        """Return the place for a file or folder that the trial makes anew; the user's stays what it is.

        Folders above it are made where the user has them, so that a missing one is missing as ever.
        """
        self.logs.forget(relative)
        self.own_uses += 1
        place = self.own(relative)
        parent = os.path.dirname(relative)
        if not parent or (os.path.isdir(self.theirs(parent)) and not self.is_hidden(parent)):
            os.makedirs(os.path.dirname(place), exist_ok=True)
        return place

    def to_write(self, relative: str, path: Any) -> Any:
        """Return where to open a file that is written anew: a pipe or a device is what it always was."""
        is_theirs = not (self.has_own(relative) or self.is_hidden(relative))
        if is_theirs and _is_special(self.theirs(relative)):
            return self.place(relative, path)
        return like(path, self.to_make(relative))

    def to_change(self, relative: str, path: Any) -> Any:
        """Return the place of a file that the trial changes in place: a copy, if it is the user's."""
        self.logs.complete(relative, self.own)
        if self.has_own(relative) or self.is_hidden(relative):
            self.logs.forget(relative)
            return like(path, self.own(relative))
        theirs = self.theirs(relative)
        if not os.path.isfile(theirs):
            # A folder, a pipe or a device is what it always was; what is missing is missing.
            return path if os.path.lexists(theirs) else like(path, self.to_make(relative))
        if os.path.getsize(theirs) > LARGEST_COPY:
            self.notes.append(f"{relative!r} is too large to copy, and changed in place by all trials")
            return path
        self.copy_up(relative)
        return like(path, self.own(relative))

    def copy_up(self, relative: str) -> None:
        """Copy the user's file or folder to where the trial's own lies; what is there already stays."""
        theirs = self.theirs(relative)
        own = self.to_make(relative)
        if not os.path.isdir(theirs):
            if not os.path.lexists(own):
                shutil.copy2(theirs, own, follow_symlinks=os.path.isfile(theirs))
            return
        os.makedirs(own, exist_ok=True)
        for name in os.listdir(theirs):
            if self.has_theirs(f"{relative}/{name}"):
                self.copy_up(f"{relative}/{name}")

    def names(self, relative: str) -> tuple[list[str], list[str]] | None:
        """List a folder: the user's names that the trial sees and has not written, and the trial's own.

        The study's folder, where other trials' files lie, is not listed: a run of the file alone has none.

        Returns:
            None where the folder is the user's alone, as it is.
        """
        own = self.own(relative)
        removed = self.is_hidden(relative) or (self._concealed is not None and relative == self._concealed[0])
        removed = removed or any(
            os.path.dirname(one) == ("" if relative == "." else relative) for one in self._hidden
        )
        if not removed and not os.path.isdir(own):
            return None
        mine = [name for name in map(self._named, self._listed(relative)) if name]
        found: list[str] = []
        if not self.is_hidden(relative) and os.path.isdir(self.theirs(relative)):
            below = "" if relative == "." else f"{relative}/"
            listed = os.listdir(self.theirs(relative))
            found = [name for name in listed if name not in mine and not self.is_hidden(below + name)]
            if self._concealed is not None and relative == self._concealed[0]:
                found = [name for name in found if name != self._concealed[1]]
        elif not os.path.isdir(own):
            return None
        return found, mine

    def _listed_study(self) -> tuple[str, str] | None:
        """Return the folder that holds the study's, and its name; None outside the working directory."""
        for place in (self._study, os.path.dirname(self._folder)):
            if self._cwd and place.startswith(f"{self._cwd}/"):
                relative = os.path.relpath(place, self._cwd)
                return os.path.dirname(relative) or ".", os.path.basename(relative)
        return None

    def _listed(self, relative: str) -> list[tuple[str, bool]]:
        own = self.own(relative)
        top = relative == "." or os.path.basename(relative) == ".."
        return [(name, top) for name in (os.listdir(own) if os.path.isdir(own) else ())]

    @staticmethod
    def _named(found: tuple[str, bool]) -> str:
        """Return the user's name of an entry of the trial's folder; empty for what is not the user's."""
        name, top = found
        if not top or not _RESERVED.fullmatch(name):
            return name
        return name[:-1] if name.endswith("_") else ""

    def _from(self, here: str, relative: str) -> str:
        """Return a path from the working directory of the trial's begin, where the trial has changed it."""
        path = os.path.normpath(os.path.join(here, relative))
        if f"{path}/".startswith(f"{self._folder}/") or f"{here}/".startswith(f"{self._folder}/"):
            return os.path.relpath(path, self._folder)
        return os.path.relpath(path, self._cwd)

    def _is_inside(self) -> bool:
        """Return True if the trial has gone to a folder of its own."""
        return f"{working_directory()}/".startswith(f"{self._folder}/")

    def _begin_anew(self, path: str, base: int | None) -> None:
        """Give the trial a log that trials read back, as it was before the search."""
        relative = self.relative(path)
        if relative is None:
            return
        self.logs.open(relative, path)
        if base is None:
            self._hidden.add(relative)


def _is_there(path: str) -> bool:
    try:
        lstat(path)
    except OSError:  # also where there is a file in place of a folder
        return False
    return True


def _is_special(path: str) -> bool:
    """Return True for a pipe, a device or a folder, or a link to one."""
    return os.path.exists(path) and not os.path.isfile(path)


def _is_ordinary(path: str) -> bool:
    return Path(path).is_symlink() or stat.S_ISREG(os.stat(path).st_mode)
