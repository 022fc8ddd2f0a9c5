"""Doors of Python's file system access, through which a trial's paths are found in its folder.

pandas, NumPy, joblib, pickle, zipfile, pathlib, glob and shutil go through them. Imports do not: Python's
import system has functions of its own.
"""

from __future__ import annotations

import _io
import builtins
import glob
import io
import os
import pathlib
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

from hypertemplate.runtime.data_files.files_read import note_listed, note_read, note_written
from hypertemplate.runtime.files import current_view, os_functions
from hypertemplate.runtime.files.open_function import open_file, open_of_subclass, open_unbuffered
from hypertemplate.runtime.files.shared_files import OBSERVED, change_observed, open_observed
from hypertemplate.runtime.files.temporary_paths import note_descriptor, note_made, note_opened
from hypertemplate.runtime.files.trial_view import TrialView
from hypertemplate.runtime.hooks.patch import Undo
from hypertemplate.runtime.own_code import OURS

Original = Callable[..., Any]

Redirected = Callable[..., Any]
"""Function with the view, the original function, and its arguments."""

_LEFT_ALONE = ("_frozen_importlib_external", "importlib._bootstrap_external", "nt", "posix")
"""Modules with which Python imports."""

_IMPORTED_FROM = vars(_io)
"""Names of the module with whose `FileIO` Python reads what it imports."""

_SETS = ("supports_dir_fd", "supports_effective_ids", "supports_fd", "supports_follow_symlinks")
"""Sets of `os` in which callers look a function up."""


class Door:
    """Replacement of a function of Python's that takes paths.

    It is an object rather than a function: as an attribute of a class, a builtin function does not become a
    method.

    Args:
        original: the function.
        redirected: does the same for a trial.
        observed: tells a watch of the call, where nothing is redirected.
        noted: is told of the call outside trials.
    """

    def __init__(
        self,
        original: Original,
        redirected: Redirected,
        observed: Callable[..., None] | None = None,
        noted: Callable[..., None] | None = None,
    ) -> None:
        self.original = original
        self._redirected = redirected
        self._observed = observed
        self._noted = noted
        self.autograph_info__: dict[str, Any] = {}  # TensorFlow then converts it no more than a builtin
        self.__name__, self.__qualname__, self.__doc__ = (
            original.__name__,
            original.__name__,
            original.__doc__,
        )
        # Pickles name it by a module that has the door.
        self.__module__ = "os" if original.__module__ in _LEFT_ALONE else original.__module__
        self.__wrapped__ = original

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function, for a trial with the places of its paths."""
        view = current_view.view()
        thread = current_view.thread  # no context manager, which would take longer than what is in it
        if view is None and (self._noted is None or thread.behind):
            return self.original(*args, **kwargs)
        thread.behind = True
        try:
            if view is None and self._noted is not None:
                self._noted(*args, **kwargs)
            watch = view.watch if isinstance(view, TrialView) else view
            if self._observed is not None and watch is not None:
                self._observed(watch, *args, **kwargs)
            if isinstance(view, TrialView):
                return self._redirected(view, self.original, *args, **kwargs)
            return self.original(*args, **kwargs)
        finally:
            thread.behind = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.original, name)

    def __repr__(self) -> str:
        return repr(self.original)

    def __reduce__(self) -> str:
        return self.__name__


_FileIO = io.FileIO


class _ClassOfFiles(type(_FileIO)):  # type: ignore[misc] # it is `type`
    """Class of `FileDoor`, which opens files, and is asked what a file is, as if it were the original."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Open a file; one of a class that is derived from the door opens itself."""
        if cls is not FileDoor:
            return super().__call__(*args, **kwargs)
        return Door(_FileIO, open_unbuffered, open_observed, _note_opened)(*args, **kwargs)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, _FileIO) if cls is FileDoor else super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, _FileIO) if cls is FileDoor else super().__subclasscheck__(subclass)


class FileDoor(_FileIO, metaclass=_ClassOfFiles):
    """Replacement of `io.FileIO`, which users may derive classes from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        begin = super().__init__

        def opened(*args: Any, **kwargs: Any) -> None:
            begin(*args, **kwargs)

        Door(opened, open_of_subclass, open_observed, _note_opened)(*args, **kwargs)


FileDoor.__name__, FileDoor.__qualname__, FileDoor.__module__ = _FileIO.__name__, _FileIO.__qualname__, "io"


def install() -> Undo:
    """Replace the functions wherever they are known by now; outside trials they do what they did.

    Returns:
        A function that restores them.
    """
    doors = [*_doors()]
    by_original: dict[int, Door | type] = {id(door.original): door for door in doors}
    by_original[id(_FileIO)] = FileDoor
    undo = [_replaced(holder, by_original) for holder in _holders()]
    for name in _SETS:
        functions = getattr(os, name)
        functions.update([door for door in doors if door.original in functions])

    def restore() -> None:
        for one in undo:
            one()
        for name in _SETS:
            getattr(os, name).difference_update(doors)

    return restore


def _note_opened(file: Any, mode: Any = "r", *_: Any, **__: Any) -> None:
    """Note a call of `open` outside trials."""
    note_opened(file, mode)
    reads = isinstance(mode, str) and not set(mode) & {"w", "x", "a", "+"}
    (note_read if reads else note_written)(file)


def _note_descriptor(path: Any, flags: int, *_: Any, **__: Any) -> None:
    """Note a call of `os.open` outside trials."""
    note_descriptor(path, flags)
    writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_TRUNC | os.O_CREAT)
    (note_written if writes else note_read)(path)


def _note_moved(src: Any, dst: Any, **_: Any) -> None:
    """Note a call of `os.rename` or `os.replace` outside trials, with which files are written at once."""
    note_written(dst)


_NOTED: dict[str, Callable[..., None]] = {
    "listdir": note_listed,
    "mkdir": note_made,
    "open": _note_descriptor,
    "rename": _note_moved,
    "replace": _note_moved,
    "scandir": note_listed,
}
"""Name of a function of `os` -> what is told of its calls outside trials."""


def _doors() -> Iterator[Door]:
    yield Door(builtins.open, open_file, open_observed, _note_opened)
    yield Door(shutil.rmtree, os_functions.remove_tree, change_observed)
    for name, redirected in os_functions.REDIRECTED.items():
        function = getattr(os, name, None)  # not every system has all of them
        if function is not None:
            yield Door(function, redirected, OBSERVED.get(name), _NOTED.get(name))


def _holders() -> Iterator[dict[str, Any] | type]:
    """Yield what may hold one of the functions: loaded modules, and classes of `pathlib` and `glob`."""
    for name, module in [*sys.modules.items()]:
        if name in _LEFT_ALONE or name.partition(".")[0] == OURS or not isinstance(module, ModuleType):
            continue
        yield object.__getattribute__(module, "__dict__")  # some modules stand for others, and import them
    numpy_files = getattr(sys.modules.get("numpy.lib._datasource"), "_file_openers", None)
    opened_by_numpy = getattr(numpy_files, "_file_openers", None)
    if isinstance(opened_by_numpy, dict):  # of its text files, by their endings
        yield opened_by_numpy
    for where in (pathlib, glob):
        yield from (one for one in vars(where).values() if isinstance(one, type))


def _replaced(holder: dict[str, Any] | type, doors: Mapping[int, Door | type]) -> Undo:
    names = holder if isinstance(holder, dict) else vars(holder)
    if isinstance(holder, dict) and doors.keys().isdisjoint(map(id, [*holder.values()])):
        return _nothing  # of thousands of modules few have any
    found = [
        (name, value)
        for name, value in [*names.items()]
        if id(_function(value)) in doors and not (value is _FileIO and holder is _IMPORTED_FROM)
    ]
    for name, value in found:
        door = doors[id(_function(value))]
        _set(holder, name, staticmethod(door) if isinstance(value, staticmethod) else door)

    def restore() -> None:
        for name, value in found:
            there = _function(names.get(name))
            if isinstance(there, Door) or there is FileDoor:
                _set(holder, name, value)

    return restore


def _nothing() -> None:
    pass


def _function(value: Any) -> Any:
    return value.__func__ if isinstance(value, staticmethod) else value


def _set(holder: dict[str, Any] | type, name: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[name] = value
    else:
        setattr(holder, name, value)
