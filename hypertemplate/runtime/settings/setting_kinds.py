"""A setting of a package that holds for the whole process, and ways to make one."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any


def latest(recorded: Any, before: Any, after: Any) -> Any:
    """Return the value after an import, which has changed the setting."""
    return after


def changed_keys(recorded: Any, before: Any, after: Any) -> Any:
    """Return recorded items with those that an import has changed."""
    merged = {**recorded, **{key: value for key, value in after.items() if before.get(key, after) != value}}
    return {key: value for key, value in merged.items() if key in after or key not in before}


def new_items(recorded: Any, before: Any, after: Any) -> Any:
    """Return recorded items behind those that an import has added."""
    return (*(item for item in after if item not in before), *recorded)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """One setting, or several that are read together.

    Attributes:
        package: package, or module of one, that must be loaded.
        read: returns a value that can be compared, and that nothing changes later.
        write: sets such a value.
        imported: returns the value to record where an import has changed the setting: of the recorded value,
            and of those before and after the import.
    """

    package: str
    read: Callable[[ModuleType], Any]
    write: Callable[[ModuleType, Any], object]
    imported: Callable[[Any, Any, Any], Any] = latest


def pair(package: str, read: str, write: str) -> Setting:
    """Return a setting with a function that reads it and one that sets it, by their paths in the package."""
    return Setting(
        package,
        lambda module: operator.attrgetter(read)(module)(),
        lambda module, value: operator.attrgetter(write)(module)(value),
    )


def keywords(package: str, read: str, write: str) -> Setting:
    """Return settings that a function reads as a dict, and another one takes as keyword arguments."""
    return Setting(
        package,
        lambda module: dict(operator.attrgetter(read)(module)()),
        lambda module, value: operator.attrgetter(write)(module)(**value),
    )


def switch(package: str, read: str, turn_on: str, turn_off: str) -> Setting:
    """Return a setting that one function reads, another one turns on, and a third turns off."""
    return Setting(
        package,
        lambda module: operator.attrgetter(read)(module)(),
        lambda module, value: operator.attrgetter(turn_on if value else turn_off)(module)(),
    )


def attributes(package: str, *names: str, of: str = "") -> Setting:
    """Return settings that are attributes of a module, or of an object `of` in it; those that are there."""

    def holder(module: ModuleType) -> Any:
        return operator.attrgetter(of)(module) if of else module

    def read(module: ModuleType) -> Any:
        there = holder(module)
        return {name: getattr(there, name) for name in names if hasattr(there, name)}

    def write(module: ModuleType, value: Any) -> None:
        there = holder(module)
        for name in names:
            if name in value:
                setattr(there, name, value[name])
            elif hasattr(there, name):
                delattr(there, name)

    return Setting(package, read, write, changed_keys)


def loaded(name: str) -> ModuleType | None:
    """Return a module that is loaded; None for any other."""
    return sys.modules.get(name)
