"""Refuses frameworks and kernels to tests whose marks do not say that they start one.

Python imports this file when it starts, in each process of a test: ``tests/conftest.py`` puts this folder on
``PYTHONPATH``. So ``make quick``, which leaves the marked tests out, stays quick. The folder is called like one of
installed packages, whose files hypertemplate does not take for the user's.

While large packages are imported, coverage is not measured: none of their lines counts, and it takes Keras 2 s.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

MAY_START = "TESTS_MAY_START"
"""The environment variable with the marks of the test that runs."""

MARKS = {
    "tensorflow.python": "keras",
    "keras.src": "keras",
    "tf_keras.src": "keras",
    "jax._src": "keras",
    "torch._C": "keras",
    "ipykernel.kernelapp": "kernel",
}
"""The mark that a test needs, by the module of a package that those that tests write themselves do not have."""


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Raise an error where a module is about to be loaded that the test must not load."""
    if event != "import" or MAY_START not in os.environ:
        return
    name = str(arguments[0])
    mark = MARKS.get(".".join(name.split(".")[:2]))
    if mark is not None and mark not in os.environ[MAY_START].split():
        test = os.environ.get("PYTEST_CURRENT_TEST", "the collection of tests")
        raise RuntimeError(f"{test} loads {name}: mark it with pytest.mark.{mark}")


LARGE = frozenset({"keras", "lightgbm", "matplotlib", "pandas", "scipy", "sklearn", "tensorflow", "xgboost"})


class Untraced:
    """Finder of large packages, which run without the function that traces lines."""

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the usual spec for a large package, with a loader that does not trace."""
        if fullname not in LARGE or sys.gettrace() is None:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = untraced(spec.loader.exec_module)  # type: ignore[assignment, method-assign]
        return spec


def untraced(run: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
    """Return a function that runs a module while no function traces lines."""

    def exec_module(module: ModuleType) -> None:
        trace = sys.gettrace()
        sys.settrace(None)
        try:
            run(module)
        finally:
            sys.settrace(trace)

    return exec_module


sys.addaudithook(refuse)
sys.meta_path.insert(0, Untraced())
