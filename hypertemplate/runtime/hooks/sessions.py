"""Removal of state that frameworks accumulate from trial to trial, except the template's settings."""

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
"""Package -> functions that read and write the settings that a template may make for the process."""

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
"""Package -> functions that read a switch, turn it on and turn it off."""


def _clear_jax(jax: ModuleType) -> None:
    """Drop the programs that JAX has compiled.

    It keeps thousands: 35 trials of a network with two drawn widths, one after another, took up to 520 MiB
    with Keras's session cleared, and about 16 with this (JAX 0.10, on the CPU). The training step of a model
    is compiled again for the next one anyway; the small programs of single operations, which could be reused
    for the same shapes, cost about a second of one core.
    """
    if clear_caches := getattr(jax, "clear_caches", None):  # older releases have none
        clear_caches()


def _clear_torch(torch: ModuleType) -> None:
    """Release the GPU memory that PyTorch reserves, for other processes on the same GPU.

    Its compiled code is dropped too: past a number of variants of one function, of which each trial's model
    is one, PyTorch stops compiling.
    """
    if "torch._dynamo" in sys.modules:
        torch.compiler.reset()
    # PyTorch does not tell whether Apple's GPU is in use.
    on_apple = torch.backends.mps.is_available()
    if torch.cuda.is_initialized() or on_apple:
        gc.collect()  # a model that is part of a cycle holds its memory until then
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    if on_apple:
        torch.mps.empty_cache()


_CACHES: dict[str, Callable[[ModuleType], None]] = {"jax": _clear_jax, "torch": _clear_torch}
"""Package -> function that empties its caches, after the last trial's models were garbage-collected."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one loaded Keras: pairs of a function's name and its arguments."""

    package: str
    calls: tuple[tuple[str, tuple[Any, ...]], ...]


def read_settings() -> tuple[Settings, ...]:
    """Read the settings of each loaded Keras; call this after the template's setup part."""
    return tuple(
        Settings(package, _calls(package, sys.modules[package]))
        for package in _SETTINGS
        if package in sys.modules
    )


def clear_sessions(settings: tuple[Settings, ...] = ()) -> None:
    """Drop what each loaded framework holds for the models created so far.

    This resets Keras's dtype policy and its other settings, so `settings` are applied again. Keras's stored
    seed is lost too: seed afterwards.
    """
    forget_gradients()  # before garbage collection, which is part of clearing
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
    """Call the function `name` and return its result; None if this release has no such function."""
    try:
        function = operator.attrgetter(name)(module)
    except AttributeError:
        return None
    return function()
