"""Pickling of the user's functions and classes for other processes, as from a script."""

from __future__ import annotations

import contextlib
import importlib
import sys
from types import ModuleType
from typing import IO, Any

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.own_modules.loaded_modules import program_modules

CLOUDPICKLES = ("cloudpickle", "joblib.externals.cloudpickle")


def pickle_by_value(watcher: ImportWatcher) -> None:
    """Make cloudpickle send definitions of the program's modules by value, as it does for ``__main__``.

    A process that joblib starts (scikit-learn's ``n_jobs``) could not import the template by its name, and
    would find markers in the files of the others.
    """
    for name in CLOUDPICKLES:
        watcher.watch(name, _register)


def send_by_value(module: ModuleType) -> None:
    """Make cloudpickle, if it is loaded, send definitions of a module by value."""
    for name in CLOUDPICKLES:
        if name in sys.modules:
            sys.modules[name].register_pickle_by_value(module)


def send_by_name(module: ModuleType) -> None:
    """Make cloudpickle send definitions of a module by their names again."""
    for name in CLOUDPICKLES:
        if name in sys.modules:
            with contextlib.suppress(ValueError):  # it was imported after the module
                sys.modules[name].unregister_pickle_by_value(module)


def dump(value: Any, file: IO[bytes]) -> None:
    """Pickle a value so that it can be read where the user's module is not loaded.

    Raises:
        Exception: any exception from cloudpickle for a value that cannot be pickled.
    """
    cloudpickle = importlib.import_module("cloudpickle")
    _register(cloudpickle)  # it may have been imported before the module existed
    cloudpickle.dump(value, file)


def _register(cloudpickle: ModuleType) -> None:
    for module in program_modules():
        cloudpickle.register_pickle_by_value(module)
