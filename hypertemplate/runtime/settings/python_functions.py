"""Functions and classes of the standard library, by the names that its modules have for them."""

from __future__ import annotations

import contextlib
import operator
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from hypertemplate.runtime.own_code import is_own_module


class PythonFunctions:
    """The functions and classes of the modules of Python that are loaded.

    User code may replace any of them, in ways that no text of the template shows. This package itself uses
    them, so that they have to be put back as soon as the code of a trial has run.
    """

    def __init__(self) -> None:
        self._values: dict[str, dict[str, Any]] = {}
        self._add_modules()

    def put_back(self) -> None:
        """Put back each of them that was replaced."""
        for name, key, _ in self.replaced():
            vars(sys.modules[name])[key] = self._values[name][key]

    @contextlib.contextmanager
    def importing(self) -> Iterator[None]:
        """Record what code in this context replaces: an import runs once, so that it holds for all trials."""
        before = {(name, key): value for name, key, value in self.replaced()}
        try:
            yield
        finally:
            for name, key, value in self.replaced():
                if before.get((name, key)) is not value:
                    self._values[name][key] = value
            self._add_modules()

    def replaced(self) -> Iterator[tuple[str, str, Any]]:
        """Yield each of them that was replaced: its module, its name there, and what is there now."""
        for name, values in self._values.items():
            module = sys.modules.get(name)
            if module is None:
                continue
            names = vars(module)
            if not all(map(operator.is_, map(names.get, values), values.values())):
                now = ((key, names.get(key)) for key in values)
                yield from [(name, key, value) for key, value in now if value is not values[key]]

    def _add_modules(self) -> None:
        for name, module in [*sys.modules.items()]:
            if name not in self._values and _is_standard(name, module):
                # What else a module has is state that it keeps for itself.
                values = {key: value for key, value in vars(module).items() if callable(value)}
                self._values[name] = values


def _is_standard(name: str, module: object) -> bool:
    of_python = name.partition(".")[0] in sys.stdlib_module_names and type(module) is ModuleType
    return of_python and not is_own_module(module)  # type: ignore[arg-type]
