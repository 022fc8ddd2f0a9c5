"""What workers are told of their devices: environment variables, and what they set in Keras."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from hypertemplate.accelerators.detect.machine import Device, Kind
from hypertemplate.accelerators.plan.framework import Engine
from hypertemplate.compiler.dataflow.frameworks_used import Framework

Precision = Literal["", "mixed_bfloat16", "mixed_float16"]

VISIBLE: dict[Kind, str] = {"nvidia": "CUDA_VISIBLE_DEVICES", "amd": "HIP_VISIBLE_DEVICES"}
"""The variables that show a process some devices of a family."""

_HIDING = {"CUDA_VISIBLE_DEVICES": "-1", "HIP_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
_GROWTH: dict[Framework, dict[str, str]] = {
    "tensorflow": {"TF_FORCE_GPU_ALLOW_GROWTH": "true"},
    # A fraction for each would do as well, but its variable has two names, and JAX refuses both at once.
    "jax": {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"},
    "torch": {},
}
"""What has a framework take a device's memory as it needs it; PyTorch always does."""

USABLE = 0.9
"""The share of a GPU's memory that workers divide; the rest is for their contexts."""

OVERRULING = frozenset({*_HIDING, *VISIBLE.values(), "KERAS_TORCH_DEVICE"})
"""The variables that go before the user's own: what they say is a part of what the user's said."""


def visibility(kind: Kind, devices: Sequence[Device]) -> dict[str, str]:
    """The variables that show a worker these devices and no others; none where the family has no variable."""
    variable = VISIBLE.get(kind)
    addresses = [device.address for device in devices]
    if variable is None or not all(addresses):
        return {}
    return {variable: ",".join(addresses)}


def growth(engine: Engine, shared: bool, with_tensorflow: bool) -> dict[str, str]:
    """The variables that have frameworks take a device's memory as they need it.

    Args:
        engine: what the template computes with.
        shared: whether several workers are on one device.
        with_tensorflow: whether TensorFlow may be loaded too, by the template or by what it imports; it takes
            all memory that it sees.
    """
    settings: dict[str, str] = {}
    if shared and engine.name is not None:
        settings |= _GROWTH.get(engine.name, {})
    if with_tensorflow and engine.name in ("jax", "torch"):
        settings |= _GROWTH["tensorflow"]
    return settings


def kept_from_growth(engine: Engine, environment: Mapping[str, str]) -> str:
    """What is to be said of the user's own variable that has a framework take all memory; else empty."""
    for variable, wanted in (_GROWTH.get(engine.name, {}) if engine.name else {}).items():
        said = environment.get(variable, "")
        if said and said.lower() not in (wanted, {"true": "1", "false": "0"}[wanted]):
            return f"{variable}={said} in the environment stays, and the workers on a GPU share its memory"
    return ""


def growth_reason(engine: Engine, fraction: float) -> str:
    """How the workers on one device share its memory; `fraction` as `memory_fraction` says."""
    up_to = ", each worker up to its share" if fraction else ""
    return {
        "tensorflow": "TensorFlow takes the device's memory as it needs it: TF_FORCE_GPU_ALLOW_GROWTH",
        "jax": "JAX takes the device's memory as it needs it: XLA_PYTHON_CLIENT_PREALLOCATE",
        "torch": f"PyTorch takes the device's memory as it needs it{up_to}",
    }.get(engine.name or "", "the workers share the device's memory as the template's code has them")


def memory_fraction(engine: Engine, kind: str, at_once: int) -> float:
    """The share of a GPU that PyTorch may take where several workers are on it; 0 for no limit of ours.

    TensorFlow and JAX have no such limit beside taking memory as it is needed, nor has PyTorch elsewhere.
    """
    limited = engine.name == "torch" and kind in ("nvidia", "amd") and at_once > 1
    return round(USABLE / at_once, 3) if limited else 0.0


def hiding(engine: Engine) -> dict[str, str]:
    """The variables that keep every framework on the CPU."""
    on_cpu = {"KERAS_TORCH_DEVICE": "cpu"} if engine.backend == "torch" else {}
    return {**_HIDING, **on_cpu}


def precision(kind: str, devices: Sequence[Device], engine: Engine) -> tuple[Precision, str]:
    """Keras's dtype policy for mixed precision on these devices, and why; without one it is empty."""
    if not engine.keras:
        return "", "no mixed precision: it is Keras's, and the template does not use Keras"
    if kind == "tpu":
        return "mixed_bfloat16", "mixed_bfloat16: TPUs are made for it"
    if kind == "nvidia":
        return _nvidia_precision(devices)
    if kind == "amd":
        models = [re.search(r"\bMI(\d{3})", device.name) for device in devices]
        if all(model is not None and int(model[1]) >= 200 for model in models):
            return "mixed_bfloat16", "mixed_bfloat16: AMD's MI200 and later are made for it"
        return "", "no mixed precision: of AMD's GPUs it is known to pay on MI200 and later"
    where = "a CPU" if kind == "cpu" else "an Apple GPU"
    return "", f"no mixed precision: it does not pay on {where}"


def _nvidia_precision(devices: Sequence[Device]) -> tuple[Precision, str]:
    capabilities = [device.capability for device in devices if device.capability is not None]
    if len(capabilities) < len(devices):
        return "", "no mixed precision: the GPU's compute capability is not known"
    major, minor = min(capabilities)
    has = f"compute capability {major}.{minor}"
    if major >= 8:
        return "mixed_bfloat16", f"mixed_bfloat16: {has} has it"
    if major >= 7:
        return "mixed_float16", f"mixed_float16: {has} has it, and no bfloat16"
    return "", f"no mixed precision: it pays from compute capability 7.0, and this is {major}.{minor}"
