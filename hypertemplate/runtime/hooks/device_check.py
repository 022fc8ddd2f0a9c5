"""Whether what a program computes with has the device that was planned for it; nothing here imports it.

TensorFlow without the libraries of CUDA, and JAX without its plugin, compute on the CPU and go on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Literal

Planned = Literal["", "gpu", "tpu"]
"""What a worker's device was planned to be; empty for the CPU."""


def _tensorflow(tensorflow: ModuleType, device: Planned) -> bool | None:
    context = sys.modules.get("tensorflow.python.eager.context")
    made = None if context is None else context.context_safe()
    if made is None or not made._initialized:
        return None
    return bool(tensorflow.config.list_logical_devices(device.upper()))


def _jax(jax: ModuleType, device: Planned) -> bool | None:
    # Asked before anything was computed, it would take a share of the device's memory.
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
"""Package to its title, whether it has the device (None as long as it has computed nothing), and the Python
that has it say why not."""


def without_device(device: Planned) -> str | None:
    """What to tell the user of a program that has run, and that has no framework with the device.

    Args:
        device: the planned one.

    Returns:
        A line; empty if a framework has it. None as long as no framework has computed anything.
    """
    seen = {name: found for name in _computing() if (found := _has(name, device)) is not None}
    if not seen:
        return None
    if any(seen.values()):
        return ""
    title, _, line = _FRAMEWORKS[next(iter(seen))]
    return f'the plan was a {device.upper()}, but {title} computed on the CPU: python -c "{line}" says why'


def _computing() -> list[str]:
    """The loaded frameworks that a program computes with: of a Keras its backend, without one all of them."""
    kerases = [sys.modules[name] for name in ("keras", "tf_keras") if name in sys.modules]
    backends = [keras.backend.backend() for keras in kerases]
    return [name for name in (backends or _FRAMEWORKS) if name in _FRAMEWORKS and name in sys.modules]


def _has(name: str, device: Planned) -> bool | None:
    _, has, _ = _FRAMEWORKS[name]
    return has(sys.modules[name], device)
