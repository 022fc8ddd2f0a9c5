"""Functions of `os` and `shutil` in a trial: they look where the trial finds a path, and make its own."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from typing import Any

from hypertemplate.runtime.files.downloads import caller, keeps_its_files
from hypertemplate.runtime.files.folder_entries import merged_entries
from hypertemplate.runtime.files.open_function import open_descriptor
from hypertemplate.runtime.files.trial_view import TrialView
from hypertemplate.runtime.files.user_paths import at, between


def _look(view: TrialView, original: Any, path: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a function that looks at a path, or changes what is not content: times and permissions."""
    if kwargs.get("dir_fd") is not None:
        return original(path, *args, **kwargs)
    return at(view.to_read(path), path, original, *args, **kwargs)


def _names(view: TrialView, original: Any, path: Any = None) -> Any:
    relative = view.relative("." if path is None else path)
    found = None if relative is None else view.names(relative)
    if relative is None:
        return original(path)
    if found is None:
        return at(view.place(relative, path), path, original)
    names = [*found[0], *found[1]]
    return [os.fsencode(name) for name in names] if isinstance(_plain(path), bytes) else names


def _entries(view: TrialView, original: Any, path: Any = None) -> Any:
    relative = view.relative("." if path is None else path)
    if relative is None:
        return original(path)
    found = view.names(relative)
    if found is None:
        return at(view.place(relative, path), path, original)
    places = {name: view.own(os.path.normpath(f"{relative}/{name}")) for name in found[1]}
    return merged_entries(original, _plain(path), found[0], places)


def _make_folder(
    view: TrialView, original: Any, path: Any, mode: int = 0o777, *, dir_fd: int | None = None
) -> None:
    relative = view.relative(path) if dir_fd is None else None
    if relative is None or keeps_its_files(caller()):
        original(path, mode, dir_fd=dir_fd)
    elif view.exists(relative):
        at(view.place(relative, path), path, original, mode)  # it is there already
    else:
        at(view.to_make(relative), path, original, mode)


def _remove(view: TrialView, original: Any, path: Any, *, dir_fd: int | None = None) -> None:
    relative = view.relative(path) if dir_fd is None else None
    if relative is None or keeps_its_files(caller()):
        original(path, dir_fd=dir_fd)
        return
    if view.has_own(relative):
        at(view.own(relative), path, original)
    elif not view.has_theirs(relative) or os.path.isdir(view.theirs(relative)):
        at(view.place(relative, path), path, original)  # it cannot be removed
    view.hide(relative)


def _remove_folder(view: TrialView, original: Any, path: Any, *, dir_fd: int | None = None) -> None:
    relative = view.relative(path) if dir_fd is None else None
    if relative is None or keeps_its_files(caller()):
        original(path, dir_fd=dir_fd)
        return
    found = view.names(relative)
    if found is not None and any(found):
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), path)
    if view.has_own(relative):
        at(view.own(relative), path, original)
    elif found is None and not (view.has_theirs(relative) and _is_empty(view.theirs(relative))):
        at(view.place(relative, path), path, original)  # it cannot be removed
    view.hide(relative)


def remove_tree(view: TrialView, original: Any, path: Any, *args: Any, **kwargs: Any) -> None:
    """Remove a folder as `shutil.rmtree` does: the trial's own, and what it sees of the user's."""
    relative = view.relative(path) if kwargs.get("dir_fd") is None else None
    if relative is None or keeps_its_files(caller()):
        original(path, *args, **kwargs)
        return
    theirs = view.theirs(relative)
    if view.has_own(relative) or not (view.has_theirs(relative) and os.path.isdir(theirs)):
        original(view.place(relative, path), *args, **kwargs)
    view.hide(relative)


def _rename(
    view: TrialView,
    original: Any,
    src: Any,
    dst: Any,
    *,
    src_dir_fd: int | None = None,
    dst_dir_fd: int | None = None,
) -> None:
    plain = src_dir_fd is None and dst_dir_fd is None
    old, new = (view.relative(src), view.relative(dst)) if plain else (None, None)
    if (old is None and new is None) or keeps_its_files(caller()):
        original(src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
        return
    source, target = src, dst
    if old is not None:
        if view.has_theirs(old) and not os.path.ismount(view.theirs(old)):
            view.copy_up(old)
        source = view.place(old, src)
    if new is not None:
        is_folder = os.path.isdir(source)
        if view.has_theirs(new) and os.path.isdir(view.theirs(new)) and not is_folder:
            target = view.theirs(new)  # a file replaces no folder
        else:
            target = view.to_make(new)
    try:
        between(source, target, src, dst, original)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # Only the trial's folder lies on another file system.
        shutil.move(source, target)
    if old is not None:
        view.hide(old)


def _symlink(
    view: TrialView,
    original: Any,
    src: Any,
    dst: Any,
    target_is_directory: bool = False,
    *,
    dir_fd: int | None = None,
) -> None:
    relative = view.relative(dst) if dir_fd is None else None
    if relative is None or keeps_its_files(caller()):
        original(src, dst, target_is_directory, dir_fd=dir_fd)
        return
    if view.exists(relative):
        at(view.place(relative, dst), dst, lambda place: original(src, place, target_is_directory))
        return
    meant = os.path.join(os.path.dirname(relative), os.fsdecode(src))
    linked = view.relative(meant)
    # From the trial's folder, a relative link finds only what the trial has written.
    if linked is not None and not view.has_own(linked) and view.has_theirs(linked):
        src = view.theirs(linked)
    elif linked is not None and os.path.isabs(src):
        src = view.own(linked)
    original(src, view.to_make(relative), target_is_directory)


def _link(view: TrialView, original: Any, src: Any, dst: Any, **kwargs: Any) -> None:
    plain = kwargs.get("src_dir_fd") is None and kwargs.get("dst_dir_fd") is None
    relative = view.relative(dst) if plain else None
    if relative is None or keeps_its_files(caller()):
        original(src, dst, **kwargs)
    elif view.exists(relative):
        between(view.to_read(src), view.place(relative, dst), src, dst, original)  # it is there already
    else:
        # A second name for the user's file would let the trial change it.
        shutil.copy2(view.to_read(src), view.to_make(relative))


def _truncate(view: TrialView, original: Any, path: Any, length: int) -> None:
    relative = view.relative(path)
    if relative is None or keeps_its_files(caller()):
        original(path, length)
    else:
        at(view.to_change(relative, path), path, original, length)


REDIRECTED: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("stat", "lstat", "access", "readlink", "chdir", "utime", "chmod", "chown"), _look),
    **dict.fromkeys(("getxattr", "listxattr", "setxattr", "removexattr", "statvfs", "pathconf"), _look),
    "open": open_descriptor,
    "listdir": _names,
    "scandir": _entries,
    "mkdir": _make_folder,
    "remove": _remove,
    "unlink": _remove,
    "rmdir": _remove_folder,
    "rename": _rename,
    "replace": _rename,
    "symlink": _symlink,
    "link": _link,
    "truncate": _truncate,
}
"""Name of a function of `os` -> what does the same for a trial."""


def _plain(path: Any) -> Any:
    return os.fspath(path) if isinstance(path, os.PathLike) else path


def _is_empty(folder: str) -> bool:
    return os.path.isdir(folder) and not os.listdir(folder)
