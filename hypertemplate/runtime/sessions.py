"""Clearing what Keras gathers from trial to trial, and nothing that the template asked for."""

from __future__ import annotations

import operator
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from hypertemplate.runtime.gradients import forget_gradients

_SETTINGS = {
    "keras": (
        ("config.dtype_policy", "config.set_dtype_policy"),
        ("distribution.distribution", "distribution.set_distribution"),
    ),
    "tf_keras": (("mixed_precision.global_policy", "mixed_precision.set_global_policy"),),
}
"""Package to the functions that read and write what a template may set for a whole process."""

_SWITCHES = {
    "keras": (
        (
            "config.is_traceback_filtering_enabled",
            "config.enable_traceback_filtering",
            "config.disable_traceback_filtering",
        ),
        (
            "config.is_interactive_logging_enabled",
            "config.enable_interactive_logging",
            "config.disable_interactive_logging",
        ),
    ),
    "tf_keras": (),
}
"""Package to the functions that read a switch, turn it on and turn it off."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set in one loaded Keras: pairs of the name of a function and its arguments."""

    package: str
    calls: tuple[tuple[str, tuple[Any, ...]], ...]


def read_settings() -> tuple[Settings, ...]:
    """The settings of each Keras that is loaded; to be read after the template's setup part."""
    return tuple(
        Settings(package, _calls(package, sys.modules[package]))
        for package in _SETTINGS
        if package in sys.modules
    )


def clear_sessions(settings: tuple[Settings, ...] = ()) -> None:
    """Drop the state that each loaded Keras holds for the models made so far.

    Keras forgets its dtype policy and its other settings with it, so they are made again as `settings`
    has them. Its stored seed is gone too: seed afterwards.
    """
    forget_gradients()  # before the garbage is collected, which is part of clearing
    for package in _SETTINGS:
        if (module := sys.modules.get(package)) is not None:
            module.backend.clear_session()
    for kept in settings:
        for name, arguments in kept.calls:
            operator.attrgetter(name)(sys.modules[kept.package])(*arguments)


def _calls(package: str, module: ModuleType) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    calls: list[tuple[str, tuple[Any, ...]]] = []
    for read, write in _SETTINGS[package]:
        value = _read(module, read)
        if value is not None:
            calls.append((write, (value,)))
    for read, turn_on, turn_off in _SWITCHES[package]:
        value = _read(module, read)
        if value is not None:
            calls.append((turn_on if value else turn_off, ()))
    return tuple(calls)


def _read(module: ModuleType, name: str) -> Any:
    """What the function `name` returns; None where this release has no such function."""
    try:
        function = operator.attrgetter(name)(module)
    except AttributeError:
        return None
    return function()
