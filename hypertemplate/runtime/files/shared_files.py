"""Files that trials share: a note where a trial reads what an earlier one, or another program, wrote.

They are not redirected. In the user's own process paths are what they are, and in workers those outside the
working directory are.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, NamedTuple

from hypertemplate.compiler.program import Program
from hypertemplate.runtime.failures.tracebacks import at_line
from hypertemplate.runtime.files.downloads import caller, keeps_its_files
from hypertemplate.runtime.files.temporary_paths import temporary_folder
from hypertemplate.runtime.files.user_paths import UserPaths, installed, text_of

_SYSTEM = ("/dev", "/proc", "/run", "/sys")

_IN_ONE_PROCESS = (
    "trials in one process share their files; write to another path in each trial, or run them in workers"
)

_BY_A_PROGRAM = "let each trial copy it to trial.folder, and have the program change the copy"

_OUTSIDE = (
    "trials share files outside the working directory; use a relative path, which each trial has for itself"
)


MOST = 1_000
"""Most files that are remembered, and that are watched in a trial: those that are read first."""

_SAMPLE = 1 << 16
"""Bytes of a file at each of its ends that tell whether it was only written again."""


class _State(NamedTuple):
    """State of a file on the disk."""

    size: int
    mtime_ns: int
    inode: int
    ends: int


class ReadFiles:
    """Files that trials have read."""

    def __init__(self) -> None:
        self._states: dict[str, tuple[_State, int]] = {}

    def read(self, place: str, number: int) -> int | None:
        """Remember a file that a trial reads.

        Args:
            place: where it lies.
            number: number of the trial.

        Returns:
            The number of the trial that found something else there; None where none did.
        """
        known = self._states.get(place)
        if known is None:
            state = _state_of(place) if len(self._states) < MOST else None
            if state is not None:
                self._states[place] = state, number
            return None
        state, first = known
        now = _state_of(place, state)
        if now is None or (now.size, now.ends) == (state.size, state.ends):
            return None  # where it is gone, reading it fails
        self._states[place] = now, number
        return first

    def changed(self, place: str) -> bool:
        """Tell whether a file that a trial has read is another one now, or gone."""
        known = self._states.get(place)
        if known is None:
            return False
        now = _state_of(place, known[0])
        return now is None or (now.size, now.ends) != (known[0].size, known[0].ends)


class SharedFiles:
    """Files that the trials of a search have written in this process.

    Args:
        program: the program, whose lines notes name.

    Attributes:
        written: path, relative if it can be, -> number of the trial that wrote it last.
        told: files and folders that a note has named.
        read: files of the user's that trials have read.
        data: their paths as the code wrote them, by where they lie, of those that nothing has changed.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self.written: dict[str, int] = {}
        self.told: set[str] = set()
        self.read = ReadFiles()
        self.data: dict[str, str] = {}

    def place(self, frame: FrameType | None) -> str:
        """Return the innermost line of the template at which a frame is; empty if there is none."""
        numbers = {part.filename: number for number, part in enumerate(self._program.parts)}
        while frame is not None:
            number = numbers.get(frame.f_code.co_filename)
            if number is not None:
                return at_line(self._program, number, frame.f_lineno)
            frame = frame.f_back
        return ""


class FileWatch(UserPaths):
    """Watch on the files that one trial reads and writes.

    Args:
        shared: what earlier trials have written.
        number: number of the trial.
        beside: folder of the template.
        redirected: whether the trial has the paths that can be relative for itself.
        left_out: folders whose files are not watched.

    Attributes:
        notes: notes for the user.
        writes_count: number of times that the trial has written, or may have, outside caches of downloads.
    """

    def __init__(
        self,
        shared: SharedFiles,
        number: int,
        beside: str,
        *,
        redirected: bool = False,
        left_out: Iterable[str] = (),
    ) -> None:
        super().__init__(beside)
        self.notes: list[str] = []
        self.writes_count = 0
        self._redirected = redirected
        self._unwatched = tuple(f"{place}/" for place in (*left_out, *_SYSTEM, *installed()))
        self._shared = shared
        self._number = number
        self._anew: set[str] = set()
        self._touched: set[str] = set()
        self._seen: dict[str, str] = {}

    def reads(self, path: object) -> None:
        """Notice that the trial reads a file."""
        name = self._name(path)
        if name in self._shared.written:
            self._reads(str(name))

    def reads_contents(self, path: object) -> None:
        """Notice that the trial reads a file, which only this is open for."""
        self.reads(path)
        name = self._name(path)
        if name is not None:
            self.sees(name)

    def sees(self, name: str) -> None:
        """Notice that the trial finds a file of the user's: another program may change it.

        Args:
            name: its path, relative or absolute.
        """
        if name in self._seen or len(self._seen) == MOST:
            return
        if name in self._shared.written or name in self._touched:
            return
        frame = caller()
        if keeps_its_files(frame):
            return
        place = self._shared.place(frame)
        self._seen[name] = at = f" ({place})" if place else ""
        before = self._shared.read.read(self.theirs(name), self._number)
        if before is not None and before != self._number and name not in self._shared.told:
            self._shared.told.add(name)
            self.notes.append(
                f"trial {self._number} reads {name!r}{at}, which has changed since trial {before} read it: "
                f"{_BY_A_PROGRAM}"
            )

    def adds_to(self, name: str) -> None:
        """Notice that the trial itself adds to a file of the user's."""
        self._touched.add(name)

    def lists(self, path: object) -> None:
        """Notice that the trial lists a folder: what other trials left there, it may take for its own."""
        folder = self._name(path)
        if folder in (None, ".", temporary_folder()) or folder in self._shared.told:
            return  # these hold many files, of which code means only some
        for relative in self._shared.written:
            there = os.path.dirname(relative) == folder and os.path.lexists(self.theirs(relative))
            if there and not self._is_own(relative):
                self._shared.told.add(folder)
                self._reads(relative)
                return

    def writes(self, path: object, *, anew: bool) -> None:
        """Notice that the trial writes a file.

        Args:
            path: path from user code.
            anew: whether nothing of what was in it is left.
        """
        if keeps_its_files(caller()):
            return
        self.writes_count += 1
        name = self._name(path)
        if name is None:
            return
        self._touched.add(name)
        if anew:
            self._anew.add(name)

    def end(self) -> None:
        """Tell later trials what this one has written, and the user what has changed under it."""
        for name, at in self._seen.items():
            if name in self._touched or name in self._shared.told:
                continue
            self._shared.data[self.theirs(name)] = name
            if self._shared.read.changed(self.theirs(name)):
                self._shared.told.add(name)
                self.notes.append(
                    f"trial {self._number} reads {name!r}{at}, which another program changes before the "
                    f"trial ends: later trials read what it leaves; {_BY_A_PROGRAM}"
                )
        self._shared.written.update(dict.fromkeys(self._touched, self._number))

    def _name(self, path: object) -> str | None:
        """Return a path as it is known here: relative, else absolute; None if it is not watched."""
        relative = self.relative(path)
        if relative is not None:
            return None if self._redirected else relative
        text = os.path.normpath(text_of(path) or ".")
        watched = text.startswith("/") and not text.startswith(self._unwatched) and "/." not in text
        return text if watched else None

    def _reads(self, relative: str) -> None:
        if self._is_own(relative) or relative in self._shared.told:
            return
        self._shared.told.add(relative)
        place = self._shared.place(caller())
        self.notes.append(
            f"trial {self._number} reads {relative!r}{f' ({place})' if place else ''}, which trial "
            f"{self._shared.written[relative]} wrote: {_OUTSIDE if self._redirected else _IN_ONE_PROCESS}"
        )

    def _is_own(self, relative: str) -> bool:
        while relative not in ("", ".", "..", "/") and relative not in self._anew:
            relative = os.path.dirname(relative)
        return relative in self._anew


def _state_of(place: str, before: _State | None = None) -> _State | None:
    """Return the state of an ordinary file; None for anything else.

    Args:
        place: where it lies.
        before: an earlier state: a file that nothing has written since is not read.
    """
    try:
        found = os.stat(place)
        if not stat.S_ISREG(found.st_mode):
            return None
        told = found.st_size, found.st_mtime_ns, found.st_ino
        if before is not None and told == before[:3]:
            return before
        with open(place, "rb") as file:
            ends = zlib.crc32(file.read(_SAMPLE))
            file.seek(max(found.st_size - _SAMPLE, 0))
            return _State(*told, zlib.crc32(file.read(_SAMPLE), ends))
    except OSError:
        return None


def open_observed(watch: FileWatch, file: Any, mode: Any = "r", *_: Any, **__: Any) -> None:
    """Tell a watch of a call of `open`."""
    kinds = frozenset(mode if isinstance(mode, str) else "")
    if not kinds & {"w", "x", "a", "+"}:
        watch.reads_contents(file)
    elif not kinds & {"w", "x", "a"}:
        watch.reads(file)
    if kinds & {"w", "x", "a", "+"}:
        watch.writes(file, anew=bool(kinds & {"w", "x"}))


def _rename(watch: FileWatch, src: Any, dst: Any, **_: Any) -> None:
    watch.reads(src)
    watch.writes(dst, anew=True)


def _link(watch: FileWatch, src: Any, dst: Any, *_: Any, **__: Any) -> None:
    watch.writes(dst, anew=True)


def _list(watch: FileWatch, path: Any = None) -> None:
    watch.lists(path)


def change_observed(watch: FileWatch, *_: Any, **__: Any) -> None:
    """Tell a watch that a file or folder is changed, other than by what is written to it."""
    watch.writes_count += not keeps_its_files(caller())


def _make_folder(watch: FileWatch, path: Any, *_: Any, **__: Any) -> None:
    if not os.path.isdir(path):
        change_observed(watch)


def _open(watch: FileWatch, path: Any, flags: int, *_: Any, **__: Any) -> None:
    if flags & (os.O_WRONLY | os.O_RDWR | os.O_TRUNC | os.O_CREAT):
        change_observed(watch)
    else:
        watch.reads_contents(path)


OBSERVED: dict[str, Callable[..., None]] = {
    "rename": _rename,
    "replace": _rename,
    "symlink": _link,
    "link": _link,
    "listdir": _list,
    "scandir": _list,
    "mkdir": _make_folder,
    "open": _open,
    **dict.fromkeys(("remove", "unlink", "rmdir", "truncate"), change_observed),
}
"""Name of a function of `os` -> what tells a watch of its call."""
