"""Pickling of the user's functions and classes for other processes, as from a script."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import IO, Any

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.own_code import MODULE_NAME

CLOUDPICKLES = ("cloudpickle", "joblib.externals.cloudpickle")


def pickle_by_value(watcher: ImportWatcher) -> None:
    """Make cloudpickle send definitions of the user's module by value, as it does for ``__main__``.

    A process that joblib starts (scikit-learn's ``n_jobs``) could not import the module by its name.
    """
    for name in CLOUDPICKLES:
        watcher.watch(name, _register)


def dump(value: Any, file: IO[bytes]) -> None:
    """Pickle a value so that it can be read where the user's module is not loaded.

    Raises:
        Exception: any exception from cloudpickle for a value that cannot be pickled.
    """
    cloudpickle = importlib.import_module("cloudpickle")
    _register(cloudpickle)  # it may have been imported before the module existed
    cloudpickle.dump(value, file)


def _register(cloudpickle: ModuleType) -> None:
    if MODULE_NAME in sys.modules:
        cloudpickle.register_pickle_by_value(sys.modules[MODULE_NAME])
