"""Redirection of a trial's relative paths in TensorFlow, which opens files in C++.

``tf.io.gfile`` and all its other Python code for files end in a few functions of one module. Paths that are
elements of a data set stay: its own threads read them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from hypertemplate.runtime.files import current_view
from hypertemplate.runtime.files.path_arguments import Takes, hook, redirected
from hypertemplate.runtime.files.trial_files import in_folder, to_change, to_read, to_write
from hypertemplate.runtime.files.trial_view import TrialView
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.patch import Undo, replace, replace_everywhere

_FILE_SYSTEM = "tensorflow.python.lib.io._pywrap_file_io"

_READING = ("FileExists", "ReadFileToString", "BufferedInputStream", "IsDirectory", "Stat")

_FILES = (
    *(Takes(name, 0, "filename", to_read) for name in _READING),
    Takes("WriteStringToFile", 0, "filename", to_write),
    # What it appends is the trial's own: only Python's `open` can share a log and still give each its lines.
    Takes(
        "WritableFile",
        0,
        "filename",
        {"w": to_write, "wb": to_write, "a": to_change, "ab": to_change},
        1,
    ),
)
"""Functions of TensorFlow's module for files that take one path."""

FUNCTIONS: tuple[Takes, ...] = (
    Takes("io.read_file", 0, "filename", to_read),
    Takes("io.write_file", 0, "filename", to_write),
    Takes("io.TFRecordWriter.__init__", 1, "path", to_write),
    Takes("data.TFRecordDataset.__init__", 1, "filenames", to_read),
    Takes("data.TextLineDataset.__init__", 1, "filenames", to_read),
    Takes("data.FixedLengthRecordDataset.__init__", 1, "filenames", to_read),
    # What a trial caches, it computes anew: the file of another run may hold other values.
    Takes("data.Dataset.cache", 1, "filename", to_write),
    Takes("data.Dataset.snapshot", 1, "path", to_write),
    Takes("data.Dataset.save", 1, "path", to_write),
    Takes("data.Dataset.load", 0, "path", to_read),
    Takes("train.Checkpoint.save", 1, "file_prefix", to_write),
    Takes("train.Checkpoint.write", 1, "file_prefix", to_write),
    Takes("train.Checkpoint._write", 1, "file_prefix", to_write),  # which managers call
    Takes("train.Checkpoint.read", 1, "save_path", to_read),
    Takes("train.Checkpoint.restore", 1, "save_path", to_read),
    Takes("train.load_checkpoint", 0, "ckpt_dir_or_file", to_read),
    Takes("saved_model.save", 1, "export_dir", to_write),
    Takes("saved_model.load", 0, "export_dir", to_read),
    Takes("summary.create_file_writer", 0, "logdir", to_write),
    Takes("profiler.experimental.start", 0, "logdir", to_write),
    Takes("lookup.TextFileInitializer.__init__", 1, "filename", to_read),
)
"""Functions of TensorFlow's public modules that take a path."""


def redirect_tensorflow(watcher: ImportWatcher) -> Undo:
    """Redirect a trial's relative paths in TensorFlow, when the code imports it.

    Args:
        watcher: watcher for the import.

    Returns:
        A function that restores it.
    """
    undo: list[Undo] = []
    watcher.watch("tensorflow", lambda module: undo.extend(_hooked(module)))

    def unhook() -> None:
        for give_back in undo:
            give_back()

    return unhook


def _hooked(tensorflow: ModuleType) -> Iterator[Undo]:
    yield from hook(tensorflow, FUNCTIONS)
    matching = getattr(getattr(tensorflow, "io", None), "matching_files", None)
    if matching is not None:
        joined = _matching_tensor(matching, tensorflow)
        yield from replace_everywhere("tensorflow", "matching_files", matching, joined)
    files = sys.modules.get(_FILE_SYSTEM)
    if files is None:
        return
    yield from hook(files, _FILES)
    for name, wrap in _WHOLE.items():
        function = getattr(files, name, None)
        if function is not None:
            yield replace(files, name, wrap(function))


def _by_python(python: Callable[..., object]) -> Callable[[Any], Any]:
    """Do what a function of TensorFlow's does as Python does it, where a trial finds the first path."""

    def wrap(function: Any) -> Any:
        def call(path: Any, *args: Any, **kwargs: Any) -> Any:
            # Where nothing is, TensorFlow says so with errors of its own.
            if _is_redirected(path) and (python in _MAKING or os.path.lexists(os.fsdecode(path))):
                return python(os.fsdecode(path), *args)
            return function(path, *args, **kwargs)

        return call

    return wrap


def _make_folder(path: str) -> None:
    os.makedirs(path, exist_ok=True)


def _remove(path: str) -> None:
    os.remove(path)  # looked up here: it is a door by then


def _remove_tree(path: str) -> None:
    shutil.rmtree(path)


def _children(path: str) -> list[str]:
    return os.listdir(path)


def _move(source: str, target: Any, overwrite: bool = False) -> None:
    place = os.fsdecode(target)
    _refuse_existing(place, overwrite)
    os.replace(source, place)


def _copy(source: str, target: Any, overwrite: bool = False) -> None:
    place = os.fsdecode(target)
    _refuse_existing(place, overwrite)
    shutil.copyfile(source, place)


def _refuse_existing(path: str, overwrite: bool) -> None:
    if not overwrite and os.path.lexists(path):
        raise FileExistsError(f"{path} exists")


def _matching(function: Any) -> Any:
    """Add the trial's own files to those that match a pattern, as the places where they lie."""

    def matching(pattern: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return _joined(function, pattern, function(pattern, *args, **kwargs))

    return matching


def _matching_tensor(function: Any, tensorflow: Any) -> Any:
    """Do the same for the operation, which returns a tensor."""

    def matching(pattern: Any, *args: Any, **kwargs: Any) -> Any:
        theirs = function(pattern, *args, **kwargs)
        if not isinstance(current_view.view(), TrialView) or not tensorflow.executing_eagerly():
            return theirs
        found = _joined(lambda one: function(one).numpy(), pattern, theirs.numpy())
        return tensorflow.constant(found, tensorflow.string, (len(found),))

    return matching


def _joined(function: Callable[[Any], Any], pattern: Any, theirs: Any) -> list[Any]:
    mine = redirected(pattern, in_folder)
    if mine is pattern:
        return [*theirs]
    return [*(path for path in theirs if to_read(path) == path), *function(mine)]


def _is_redirected(path: Any) -> bool:
    view = current_view.view()
    return isinstance(view, TrialView) and isinstance(path, (str, bytes)) and view.relative(path) is not None


_MAKING = (_make_folder,)

_WHOLE: dict[str, Callable[[Any], Any]] = {
    "CreateDir": _by_python(_make_folder),
    "RecursivelyCreateDir": _by_python(_make_folder),
    "DeleteFile": _by_python(_remove),
    "DeleteRecursively": _by_python(_remove_tree),
    "GetChildren": _by_python(_children),
    "GetMatchingFiles": _matching,
    "RenameFile": _by_python(_move),
    "CopyFile": _by_python(_copy),
}
"""Functions of TensorFlow's module for files that look at more than one place."""
