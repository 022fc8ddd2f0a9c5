"""Redirection of a trial's relative paths in Keras to the trial's folder.

Two concurrent trials that both save ``best.keras`` and load it again would silently load each other's model.
Nothing here imports Keras.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hypertemplate.runtime.files.trial_files import as_format, in_folder, to_read, to_write
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.keras_fit import PACKAGES
from hypertemplate.runtime.hooks.patch import Undo, replace, replace_everywhere

Redirect = Callable[[Any], Any]
"""Function from path to path: `to_write` or `to_read`."""

_METHODS: dict[str, Redirect] = {
    "save": to_write,
    "save_weights": to_write,
    "export": to_write,
    "load_weights": to_read,
}
"""Methods of `Model` that take a path."""

_FUNCTIONS: dict[str, Redirect] = {
    "save_model": to_write,
    "save_weights": to_write,
    "load_model": to_read,
    "load_weights": to_read,
}
"""Functions of ``keras.saving`` and ``keras.models`` that take a path."""

_CALLBACKS = {
    "ModelCheckpoint": "filepath",
    "BackupAndRestore": "backup_dir",
    "CSVLogger": "filename",
    "TensorBoard": "log_dir",
}
"""Callbacks that write files, and the attribute that holds their path."""

_PARAMETER = "filepath"
"""Name of the path parameter of all those methods and functions."""

_MINE = "_hypertemplate_redirects"
"""Attribute that marks a replacement of this module."""

_OWN = "_hypertemplate_own_paths"
"""Attribute in which a callback keeps the user's paths: it may serve another trial."""


def redirect_files(watcher: ImportWatcher) -> Undo:
    """Redirect a trial's relative paths to its folder in every Keras, whenever the code imports it.

    Outside a trial, and in one without a folder, nothing changes.

    Args:
        watcher: watcher for the import.

    Returns:
        A function that restores each hooked Keras.
    """
    undo: list[Undo] = []
    for name in PACKAGES:
        watcher.watch(name, lambda module: undo.extend(hook(module)))

    def unhook() -> None:
        for give_back in undo:
            give_back()

    return unhook


def hook(module: ModuleType) -> list[Undo]:
    """Hook one loaded Keras; a second call has no effect.

    Returns:
        Functions that each restore one attribute, unless something else has replaced it since.
    """
    undo: list[Undo] = []
    model_class = getattr(module, "Model", None)
    for name, redirect in _METHODS.items():
        method = getattr(model_class, name, None)
        if _takes_path(method):
            undo.append(replace(model_class, name, _redirected(method, redirect)))
    for place in ("saving", "models"):
        for name, redirect in _FUNCTIONS.items():
            function = getattr(getattr(module, place, None), name, None)
            if _takes_path(function):
                undo += replace_everywhere(module.__name__, name, function, _redirected(function, redirect))
    for name, attribute in _CALLBACKS.items():
        callback = getattr(getattr(module, "callbacks", None), name, None)
        if callback is not None and not hasattr(callback.set_model, _MINE):
            undo.append(replace(callback, "set_model", _moving(callback.set_model, attribute)))
    return undo


def _takes_path(function: Any) -> bool:
    """Return True for a callable that takes a path and is not hooked yet."""
    if not callable(function) or hasattr(function, _MINE):
        return False
    return _PARAMETER in inspect.signature(function).parameters


def _redirected(function: Any, redirect: Redirect) -> Any:
    """Wrap a function so that its path is redirected."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.arguments[_PARAMETER] = redirect(bound.arguments[_PARAMETER])
        return function(*bound.args, **bound.kwargs)

    setattr(call, _MINE, True)
    return call


def _moving(set_model: Any, attribute: str) -> Any:
    """Wrap a callback's `set_model`, the beginning of a fit, to move the callback's paths first.

    This is done there rather than on construction: the callback may come from memory, or from before the
    trial.
    """

    @functools.wraps(set_model)
    def move(self: Any, model: Any) -> Any:
        _move_paths(self, attribute)
        return set_model(self, model)

    setattr(move, _MINE, True)
    return move


def _move_paths(callback: Any, attribute: str) -> None:
    attributes = vars(callback)
    attributes.update(attributes.pop(_OWN, {}))
    given = attributes.get(attribute)
    if in_folder(given) is given:
        return
    # Other attributes derive from it: BackupAndRestore keeps the names of its files in the folder.
    own = {name: value for name, value in attributes.items() if _is_below(value, os.fspath(given))}
    attributes[_OWN] = own
    for name, value in own.items():
        path = to_write(value)
        # `format` fills in a checkpoint's path: epoch-{epoch}.keras.
        attributes[name] = as_format(path) if attribute == "filepath" else path


def _is_below(value: Any, given: str) -> bool:
    path = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
    return isinstance(path, str) and (path == given or path.startswith(f"{given.rstrip('/')}/"))
