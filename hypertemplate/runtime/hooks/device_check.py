"""Check that a program's framework has the planned device; nothing here imports a framework.

TensorFlow without CUDA's libraries, and JAX without its plugin, compute on the CPU without an error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Literal

Planned = Literal["", "gpu", "tpu"]
"""Device planned for a worker; empty for the CPU."""


def _tensorflow(tensorflow: ModuleType, device: Planned) -> bool | None:
    context = sys.modules.get("tensorflow.python.eager.context")
    made = None if context is None else context.context_safe()
    if made is None or not made._initialized:
        return None
    return bool(tensorflow.config.list_logical_devices(device.upper()))


def _jax(jax: ModuleType, device: Planned) -> bool | None:
    # A check before the first computation would take a share of the device's memory.
    initialised = getattr(sys.modules.get("jax._src.xla_bridge"), "backends_are_initialized", None)
    if initialised is None or not initialised():
        return None
    return bool(jax.default_backend() != "cpu")


def _torch(torch: ModuleType, device: Planned) -> bool | None:
    return bool(torch.cuda.is_available() or torch.backends.mps.is_available())


_FRAMEWORKS: dict[str, tuple[str, Callable[[ModuleType, Planned], bool | None], str]] = {
    "tensorflow": ("TensorFlow", _tensorflow, "import tensorflow; tensorflow.config.list_logical_devices()"),
    "jax": ("JAX", _jax, "import jax; print(jax.devices())"),
    "torch": ("PyTorch", _torch, "import torch; torch.zeros(1, device='cuda')"),
}
"""Package -> title, test for the device (None before the first computation), and Python code that shows
why the device is missing.
"""


def without_device(device: Planned) -> str | None:
    """Describe the missing device of a program that has run without it.

    Args:
        device: the planned device.

    Returns:
        One line; empty if a framework has the device; None if no framework has computed anything yet.
    """
    seen = {name: found for name in _computing() if (found := _has(name, device)) is not None}
    if not seen:
        return None
    if any(seen.values()):
        return ""
    title, _, line = _FRAMEWORKS[next(iter(seen))]
    return f'the plan was a {device.upper()}, but {title} computed on the CPU: python -c "{line}" says why'


def _computing() -> list[str]:
    """Return the loaded frameworks in use: Keras's backends, or without Keras all of them."""
    kerases = [sys.modules[name] for name in ("keras", "tf_keras") if name in sys.modules]
    backends = [keras.backend.backend() for keras in kerases]
    return [name for name in (backends or _FRAMEWORKS) if name in _FRAMEWORKS and name in sys.modules]


def _has(name: str, device: Planned) -> bool | None:
    _, has, _ = _FRAMEWORKS[name]
    return has(sys.modules[name], device)
