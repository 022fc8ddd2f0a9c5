"""Removal of state that frameworks accumulate from trial to trial."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import ModuleType

from hypertemplate.runtime.hooks.gradients import forget_gradients
from hypertemplate.runtime.state.random_streams import KERAS


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


def clear_sessions() -> None:
    """Drop what each loaded framework holds for the models created so far.

    This resets some settings of Keras, and its stored seed: put them back afterwards.
    """
    forget_gradients()  # before garbage collection, which is part of clearing
    for package in KERAS:
        if (module := sys.modules.get(package)) is not None:
            module.backend.clear_session()
    for package, clear in _CACHES.items():
        if (module := sys.modules.get(package)) is not None:
            clear(module)
