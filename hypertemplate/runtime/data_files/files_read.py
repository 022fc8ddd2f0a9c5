"""Files of the user's that a program has read in this process: in setup, and in trials.

Libraries that download and cache are left out, and so are hidden folders, what is installed, the system's own
files, code that is compared as text, and what the program itself has written. Code of the user that no import
names, such as plugins, counts as data.
"""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType, MappingProxyType, ModuleType
from typing import Any

from hypertemplate.compiler.syntax.source import Source
from hypertemplate.runtime.data_files.file_digest import SAMPLE, WHOLE, file_digest
from hypertemplate.runtime.files.downloads import caller, keeps_its_files
from hypertemplate.runtime.files.temporary_paths import temporary_folder
from hypertemplate.runtime.files.user_paths import installed, text_of, working_directory
from hypertemplate.runtime.own_code import is_own_module_name
from hypertemplate.runtime.own_modules.loaded_modules import own_modules
from hypertemplate.runtime.protocol import DataFile

_SYSTEM = ("/dev", "/etc", "/lib", "/proc", "/run", "/sys", "/usr", "/var/cache", "/var/lib")

_SOURCE_READERS = frozenset({"linecache", "tokenize"})
"""Modules that read source for messages and for `inspect`; files for the user's code too."""

_PACKAGE_READERS = frozenset({"importlib", "pkg_resources", "pkgutil"})
"""Packages that list folders for what is installed there."""

_STUDY = ".study/"
"""End of the folders of studies, whose files change with each search."""

_COMPILED = ".pyc"
"""End of the files in which Python keeps what it has compiled."""

_WHOLE_BYTES = 1 << 29
"""Most bytes that are read of files as a whole."""

_NONE: Mapping[str, str] = MappingProxyType({})

MOST = 1_000
"""Most files that are remembered: those that are read first."""


class SetupFiles:
    """Files of the user's that setup uses.

    Args:
        is_users: tells whether a file may have the user's data, by its absolute path.

    Attributes:
        is_users: the same.
        read: names as the code wrote them, by absolute paths, of those that it only reads.
        made: likewise of those that it writes, or may write.
        before: size and time of each of these when it was first written, or None if it was not there.
        listed: likewise of folders that it lists.
    """

    def __init__(self, is_users: Callable[[str], bool]) -> None:
        self.is_users = is_users
        self.read: dict[str, str] = {}
        self.made: dict[str, str] = {}
        self.before: dict[str, tuple[int, int] | None] = {}
        self.listed: dict[str, str] = {}


class _Running:
    """State of the setup that runs in this process; None where none does."""

    setup: SetupFiles | None = None
    changed: frozenset[str] = frozenset()
    """Files that setup has changed, by absolute paths; setups before it too."""


def note_read(path: Any) -> None:
    """Note that setup reads a file; nothing outside setup."""
    setup = _Running.setup
    text = text_of(path)
    if setup is None or not text or "://" in text or len(setup.read) >= MOST:
        return
    place = _whole(text)
    if not setup.is_users(place):
        return  # an import of a large library alone reads more files than are remembered
    frame = caller()
    if frame is None or _reads_source(frame) or keeps_its_files(frame):
        return
    setup.read.setdefault(place, os.path.normpath(text))


def _reads_source(frame: FrameType | None) -> bool:
    """Tell whether a file is read as source, for others than the user's code."""
    if frame is None or frame.f_globals.get("__name__") not in _SOURCE_READERS:
        return False
    while frame is not None and frame.f_globals.get("__name__") in _SOURCE_READERS:
        frame = frame.f_back
    return frame is None or not is_own_module_name(frame.f_globals.get("__name__", ""))


def note_written(path: Any) -> None:
    """Note that setup writes a file; nothing outside setup."""
    setup = _Running.setup
    text = text_of(path)
    if setup is None or not text or len(setup.made) >= MOST:
        return
    place = _whole(text)
    if setup.is_users(place) and place not in setup.made:
        setup.made[place] = os.path.normpath(text)
        setup.before[place] = _size_and_time(place)


def is_made_by_setup(path: str) -> bool:
    """Tell whether setup has made or changed a file, by its absolute path: any run begins with that."""
    return path in _Running.changed


def note_listed(path: Any = None) -> None:
    """Note that setup lists a folder; nothing outside setup."""
    setup = _Running.setup
    text = "." if path is None else text_of(path)
    if setup is None or not text or len(setup.listed) >= MOST or not setup.is_users(f"{_whole(text)}/"):
        return
    frame = caller()
    if frame is None or keeps_its_files(frame):
        return
    if frame.f_globals.get("__name__", "").partition(".")[0] not in _PACKAGE_READERS:
        setup.listed.setdefault(_whole(text), os.path.normpath(text))


class FilesRead:
    """Files that one program reads.

    Args:
        source: source of the program.
        is_alone: whether this process has imported what the program needs, and nothing else of the user's.
    """

    def __init__(self, source: Source, *, is_alone: bool = False) -> None:
        self._is_alone = is_alone and bool(source.path)
        self._code = {os.path.realpath(part.path) for part in (*source.parts, *source.beside) if part.path}
        beside = os.path.dirname(source.path) if source.path else ""  # noqa: PTH120 - an empty path has none
        roots = (_whole(root) for root in (beside, working_directory()) if root)
        self._roots = tuple(f"{root}/" for root in roots if root != "/")
        self._left_out = tuple(f"{place}/" for place in (*_SYSTEM, temporary_folder(), *installed()))
        self._told: set[str] = set()
        self._bytes_left = _WHOLE_BYTES

    @contextlib.contextmanager
    def of_setup(self) -> Iterator[SetupFiles]:
        """Note what code in the context reads and writes; yield it, which is whole after the context."""
        before, _Running.setup = _Running.setup, SetupFiles(self._is_users)
        try:
            yield _Running.setup
        finally:
            setup, _Running.setup = _Running.setup, before
        _Running.changed |= {place for place, was in setup.before.items() if _size_and_time(place) != was}
        for place in setup.made:
            setup.read.pop(place, None)

    def new(self, read: Mapping[str, str], made: Mapping[str, str] = _NONE) -> tuple[DataFile, ...]:
        """Return those of the user's files among some that were read and that it has not returned before.

        Args:
            read: names as the code wrote them, by absolute paths.
            made: likewise of those that setup writes; a later run may read them.
        """
        known = {**read, **(self._unnamed_modules() if self._is_alone else {})}
        own = [(place, name) for place, name in known.items() if place not in self._told]
        self._told.update(known)
        if not own and not made:
            return ()
        code = self._code if self._is_alone else self._code | _imported()
        theirs = [(place, name) for place, name in own if self._is_users(place)]
        data = [(place, name) for place, name in theirs if os.path.realpath(place) not in code]
        found = [self._file(place, name, self._digest(place)) for place, name in data]
        found += [self._file(place, name, "") for place, name in made.items()]
        return tuple(one for one in found if one is not None)

    def _unnamed_modules(self) -> dict[str, str]:
        """Return the files of the user's loaded modules whose texts are not the program's, by their paths."""
        names = (vars(module).get("__file__") for module in own_modules().values())
        places = [_whole(name) for name in names if isinstance(name, str)]
        return {place: place for place in places if os.path.realpath(place) not in self._code}

    def folders(self, listed: Mapping[str, str]) -> dict[str, str]:
        """Return digests of the names in folders of the user's, by the folder as the code wrote it.

        Args:
            listed: these, by absolute paths. That of the program, the working folder and those above them are
                left out, as they hold many files of which code means only some.
        """
        own = {place: name for place, name in listed.items() if not self._holds_code(place)}
        digests = ((name, _names_digest(place)) for place, name in own.items())
        return {name: digest for name, digest in digests if digest}

    def _holds_code(self, place: str) -> bool:
        return any(root.startswith(f"{place}/") for root in self._roots)

    def _digest(self, place: str) -> str | None:
        """Return the digest of a file: of a sample, once many bytes of others have been read."""
        size = Path(place).stat().st_size if Path(place).is_file() else 0
        is_whole = size <= self._bytes_left
        self._bytes_left -= size if is_whole else 0
        return file_digest(place, WHOLE if is_whole else SAMPLE)

    def _file(self, place: str, name: str, digest: str | None) -> DataFile | None:
        if digest is None:
            return None
        is_relative = not Path(name).is_absolute()
        root = next((root for root in self._roots if place.startswith(root)), "")
        mtime_ns = Path(place).stat().st_mtime_ns if Path(place).exists() else 0
        shown = name if is_relative else place.removeprefix(root)
        return DataFile(shown, place, digest, is_relative, mtime_ns)

    def _is_users(self, place: str) -> bool:
        """Tell whether a file may have the user's data, by where it lies."""
        root = next((root for root in self._roots if place.startswith(root)), "")
        left_out = tuple(one for one in self._left_out if one.startswith(root))
        below = place.removeprefix(root.rstrip("/"))
        is_left_out = place.startswith(left_out) or place.endswith(_COMPILED)
        return not is_left_out and "/." not in below and _STUDY not in below


def _names_digest(place: str) -> str:
    """Return the number of names in a folder, and a checksum of them; empty if it cannot be listed.

    Hidden files do not count, nor what Python has compiled.
    """
    try:
        found = [path.name for path in Path(place).iterdir()]
    except OSError:
        return ""
    names = sorted(name for name in found if not name.startswith((".", "__pycache__")))
    return f"{len(names)}-{zlib.crc32(os.fsencode(chr(0).join(names))):08x}"


def _size_and_time(place: str) -> tuple[int, int] | None:
    try:
        found = os.stat(place)  # noqa: PTH116 - beside the other paths that are texts
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _whole(path: str) -> str:
    """Return an absolute path to what a path names now, of the same spelling."""
    return os.path.normpath(os.path.join(working_directory(), path))  # noqa: PTH118 - an absolute path stays


def _imported() -> set[str]:
    """Return the files of all modules that are loaded."""
    modules: list[object] = [*sys.modules.values()]
    names = (object.__getattribute__(one, "__dict__") for one in modules if isinstance(one, ModuleType))
    files = (one.get("__file__") for one in names)  # some modules stand for others, and import them
    return {os.path.realpath(file) for file in files if isinstance(file, str)}
