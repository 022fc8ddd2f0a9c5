"""Recognition of the user's own modules, as opposed to Python's, installed ones and this package's."""

from __future__ import annotations

import functools
import os
import sys
from types import FunctionType, ModuleType
from typing import Any

MODULE_NAME = "hypertemplate_program"
"""Name of the user's module in `sys.modules`: the same in every process, and never ``__main__``."""

INSTALLED = ("/site-packages/", "/dist-packages/")

PYTHON = os.path.dirname(os.__file__) + "/"  # noqa: PTH120 - compared as texts, as `sys.modules` has them

OURS = __name__.partition(".")[0]


def is_own_file(file: object) -> bool:
    """Return True if a module's file is one that a user edits."""
    return isinstance(file, str) and _is_own_path(file)


@functools.cache  # of thousands of modules it is asked in each trial
def _is_own_path(file: str) -> bool:
    return not file.startswith(PYTHON) and not any(one in file for one in INSTALLED)


def is_own_source(origin: str | None) -> bool:
    """Return True if the origin of a module's spec is a text that the user wrote."""
    return origin is not None and origin.endswith(".py") and is_own_file(origin)


def is_own_module(module: ModuleType) -> bool:
    """Return True if the user wrote an imported module, other than the template itself."""
    names = object.__getattribute__(module, "__dict__")  # some modules stand for others, and import them
    name = names.get("__name__")
    if not isinstance(name, str) or name in (MODULE_NAME, "__main__") or name.partition(".")[0] == OURS:
        return False
    return is_own_file(names.get("__file__"))


def is_own_class(kind: type) -> bool:
    """Return True if the user wrote a class."""
    return is_own_module_name(type.__getattribute__(kind, "__module__"))


def is_own_function(function: FunctionType) -> bool:
    """Return True if the user wrote a function: a wrapper created by a library is the library's."""
    names = function.__globals__
    if "__name__" not in names:  # IPython's %run takes the name away from what it has run
        return is_own_file(names.get("__file__"))
    return is_own_module_name(names["__name__"])


def has_other_names(function: FunctionType) -> bool:
    """Return True if a function of the user's uses the names of another module than the template."""
    return function.__globals__.get("__name__") != MODULE_NAME


def package_of(kind: type) -> str:
    """Return the name of the package of a class."""
    return str(type.__getattribute__(kind, "__module__")).partition(".")[0]


def is_own_module_name(name: Any) -> bool:
    """Return True if the user wrote the module of this name."""
    if name in (MODULE_NAME, "__main__"):
        return True
    module = sys.modules.get(name) if isinstance(name, str) else None
    return isinstance(module, ModuleType) and is_own_module(module)
