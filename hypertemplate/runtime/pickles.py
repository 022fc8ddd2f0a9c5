"""The user's functions and classes travel to other processes as they do from a script."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import IO, Any

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.own_code import MODULE_NAME

CLOUDPICKLES = ("cloudpickle", "joblib.externals.cloudpickle")


def pickle_by_value(watcher: ImportWatcher) -> None:
    """Have cloudpickle send what the user's module defines by value, as it does for ``__main__``.

    A process that joblib starts (scikit-learn's ``n_jobs``) could not import the module by its name.
    """
    for name in CLOUDPICKLES:
        watcher.watch(name, _register)


def dump(value: Any, file: IO[bytes]) -> None:
    """Pickle a value so that it can be read where the user's module is not loaded.

    Raises:
        Exception: whatever cloudpickle raises for what cannot be pickled.
    """
    cloudpickle = importlib.import_module("cloudpickle")
    _register(cloudpickle)  # it may have been imported before there was a module
    cloudpickle.dump(value, file)


def _register(cloudpickle: ModuleType) -> None:
    if MODULE_NAME in sys.modules:
        cloudpickle.register_pickle_by_value(sys.modules[MODULE_NAME])
