"""Attributes of installed modules and of their classes, which code of the template sets."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from hypertemplate.runtime.own_code import is_own_module
from hypertemplate.runtime.settings.setting_kinds import Setting


class _Missing:
    """Value of an attribute that its owner has not, though a base class of it may."""


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A value that equals itself alone, since nothing is known of its own comparison."""

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    __hash__ = None  # type: ignore[assignment]


def library_attribute(path: str) -> Setting:
    """Return the setting for an attribute of a module or class, by its dotted path.

    Those of the user's own modules are none: the record of their state puts them back.
    """

    def read(module: ModuleType) -> Any:
        owner, name = _owner(path)
        return _Same(vars(owner).get(name, _Missing))

    def write(module: ModuleType, recorded: Any) -> None:
        owner, name = _owner(path)
        if recorded.value is not _Missing:
            setattr(owner, name, recorded.value)
        else:
            delattr(owner, name)

    return Setting(path.partition(".")[0], read, write)


def _owner(path: str) -> tuple[Any, str]:
    """Return the module or class that a path ends in, and the attribute's name.

    Raises:
        AttributeError: there is none, or it is an object of another kind, or of a module of the user's.
    """
    *owners, name = path.split(".")
    known = [".".join(owners[:end]) for end in range(len(owners), 0, -1)]
    module_name = next(one for one in known if one in sys.modules)
    module = sys.modules[module_name]
    owner: Any = module
    for part in owners[module_name.count(".") + 1 :]:
        owner = getattr(owner, part)
    if is_own_module(module) or not isinstance(owner, (ModuleType, type)):
        raise AttributeError(path)
    return owner, name
