"""The user's functions travel to other processes as they do from a script."""

from __future__ import annotations

import sys
from types import ModuleType

from hypertemplate.runtime.imports import ImportWatcher
from hypertemplate.runtime.module import MODULE_NAME

CLOUDPICKLES = ("cloudpickle", "joblib.externals.cloudpickle")


def pickle_by_value(watcher: ImportWatcher) -> None:
    """Have cloudpickle send what the user's module defines by value, as it does for ``__main__``.

    A process that joblib starts (scikit-learn's ``n_jobs``) could not import the module by its name.
    """
    for name in CLOUDPICKLES:
        watcher.watch(name, _register)


def _register(cloudpickle: ModuleType) -> None:
    if MODULE_NAME in sys.modules:
        cloudpickle.register_pickle_by_value(sys.modules[MODULE_NAME])
