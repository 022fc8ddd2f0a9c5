"""Clearing what frameworks gather from trial to trial, and nothing that the template asked for."""

from __future__ import annotations

import gc
import operator
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.gradients import forget_gradients

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


def _clear_jax(jax: ModuleType) -> None:
    """Forget the programs that JAX has compiled.

    It keeps thousands: 35 trials of a network with two drawn widths, one after another, took up to 520 MiB
    with Keras's session cleared, and about 16 with this (JAX 0.10, on the CPU). How one model is trained is
    compiled anew for the next one in any case; the small programs of single operations, which would be found
    again where the shapes are the same, cost about a second of one core.
    """
    if clear_caches := getattr(jax, "clear_caches", None):  # older releases have none
        clear_caches()


def _clear_torch(torch: ModuleType) -> None:
    """Give the memory of GPUs that PyTorch holds in reserve back, to others that train on them too.

    What it has compiled is forgotten: past a number of variants of one function, of which each trial's model
    is one, it compiles no further one.
    """
    if "torch._dynamo" in sys.modules:
        torch.compiler.reset()
    # Of Apple's, PyTorch does not tell whether it is in use.
    on_apple = torch.backends.mps.is_available()
    if torch.cuda.is_initialized() or on_apple:
        gc.collect()  # a model that is part of a cycle holds its memory until then
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    if on_apple:
        torch.mps.empty_cache()


_CACHES: dict[str, Callable[[ModuleType], None]] = {"jax": _clear_jax, "torch": _clear_torch}
"""Package to what empties its caches, once the models of the last trial are garbage that was collected."""


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
    """Drop what each loaded framework holds for the models made so far.

    Keras forgets its dtype policy and its other settings with it, so they are made again as `settings`
    has them. Its stored seed is gone too: seed afterwards.
    """
    forget_gradients()  # before the garbage is collected, which is part of clearing
    for package in _SETTINGS:
        if (module := sys.modules.get(package)) is not None:
            module.backend.clear_session()
    for package, clear in _CACHES.items():
        if (module := sys.modules.get(package)) is not None:
            clear(module)
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
