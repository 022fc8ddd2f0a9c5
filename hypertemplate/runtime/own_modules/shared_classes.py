"""Classes of modules that all trials share, as setup left them.

An estimator that joblib returns, or a model that is kept and tried, is pickled by value and read back in the
same process. Then cloudpickle writes methods into its class that read the values of that trial.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any


class SharedClasses:
    """Attributes of the classes that some modules define."""

    def __init__(self) -> None:
        self._attributes: dict[type, dict[str, Any]] = {}

    def record(self, modules: Iterable[ModuleType]) -> None:
        """Record the classes of modules as they are."""
        for module in modules:
            for kind in _classes(vars(module), module.__name__):
                self._attributes[kind] = dict(_attributes(kind))

    def put_back(self) -> None:
        """Give the classes the attributes that were recorded."""
        for kind, recorded in self._attributes.items():
            now = _attributes(kind)
            for name in now.keys() - recorded.keys():
                type.__delattr__(kind, name)
            for name, value in recorded.items():
                if name not in now or now[name] is not value:
                    type.__setattr__(kind, name, value)


def _attributes(kind: type) -> dict[str, Any]:
    names: dict[str, Any] = dict(type.__getattribute__(kind, "__dict__"))
    return names


def _classes(names: dict[str, Any], module: str) -> Iterator[type]:
    """Yield the classes that a module defines, those inside classes too."""
    for value in list(names.values()):
        if isinstance(value, type) and type.__getattribute__(value, "__module__") == module:
            yield value
            inner = _attributes(value)
            yield from _classes({n: one for n, one in inner.items() if one is not value}, module)
