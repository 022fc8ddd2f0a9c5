"""Workers' settings for their devices: environment variables, and what they set in Keras."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from hypertemplate.accelerators.detect.machine import Device, Kind
from hypertemplate.accelerators.plan.framework import Engine
from hypertemplate.compiler.frameworks_used import Framework

Precision = Literal["", "mixed_bfloat16", "mixed_float16"]

VISIBLE: dict[Kind, str] = {"nvidia": "CUDA_VISIBLE_DEVICES", "amd": "HIP_VISIBLE_DEVICES"}
"""Variables that limit the devices of a family that a process sees."""

_HIDING = {"CUDA_VISIBLE_DEVICES": "-1", "HIP_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
_GROWTH: dict[Framework, dict[str, str]] = {
    "tensorflow": {"TF_FORCE_GPU_ALLOW_GROWTH": "true"},
    # A memory fraction for each would work too, but its variable has two names, and JAX refuses both at once.
    "jax": {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"},
    "torch": {},
}
"""Variables that make a framework allocate device memory as needed; PyTorch always does."""

USABLE = 0.9
"""Fraction of a GPU's memory that workers share; the rest is for their contexts."""

OVERRULING = frozenset({*_HIDING, *VISIBLE.values(), "KERAS_TORCH_DEVICE"})
"""Variables that overrule the user's own: their values are a subset of the user's."""


def visibility(kind: Kind, devices: Sequence[Device]) -> dict[str, str]:
    """Return the variables that show a worker only these devices; none if the family has no variable."""
    variable = VISIBLE.get(kind)
    addresses = [device.address for device in devices]
    if variable is None or not all(addresses):
        return {}
    return {variable: ",".join(addresses)}


def growth(engine: Engine, shared: bool, with_tensorflow: bool) -> dict[str, str]:
    """Return the variables that make frameworks allocate device memory as needed.

    Args:
        engine: the template's framework.
        shared: whether several workers share a device.
        with_tensorflow: whether the template or its imports may load TensorFlow too, which takes all the
            memory that it sees.
    """
    settings: dict[str, str] = {}
    if shared and engine.name is not None:
        settings |= _GROWTH.get(engine.name, {})
    if with_tensorflow and engine.name in ("jax", "torch"):
        settings |= _GROWTH["tensorflow"]
    return settings


def kept_from_growth(engine: Engine, environment: Mapping[str, str]) -> str:
    """Return a note on a user's variable that makes a framework take all memory; else an empty text."""
    for variable, wanted in (_GROWTH.get(engine.name, {}) if engine.name else {}).items():
        said = environment.get(variable, "")
        if said and said.lower() not in (wanted, {"true": "1", "false": "0"}[wanted]):
            return f"{variable}={said} in the environment stays, and the workers on a GPU share its memory"
    return ""


def growth_reason(engine: Engine, fraction: float) -> str:
    """Explain how the workers on one device share its memory; `fraction` is from `memory_fraction`."""
    up_to = ", each worker up to its share" if fraction else ""
    return {
        "tensorflow": "TensorFlow takes the device's memory as it needs it: TF_FORCE_GPU_ALLOW_GROWTH",
        "jax": "JAX takes the device's memory as it needs it: XLA_PYTHON_CLIENT_PREALLOCATE",
        "torch": f"PyTorch takes the device's memory as it needs it{up_to}",
    }.get(engine.name or "", "the workers share the device's memory as the template's code has them")


def memory_fraction(engine: Engine, kind: str, at_once: int) -> float:
    """Return the fraction of a GPU that PyTorch may take if several workers share it; 0 for no limit.

    TensorFlow and JAX have no such limit besides allocating as needed, nor does PyTorch on other devices.
    """
    limited = engine.name == "torch" and kind in ("nvidia", "amd") and at_once > 1
    return round(USABLE / at_once, 3) if limited else 0.0


def hiding(engine: Engine) -> dict[str, str]:
    """Return the variables that keep every framework on the CPU."""
    on_cpu = {"KERAS_TORCH_DEVICE": "cpu"} if engine.backend == "torch" else {}
    return {**_HIDING, **on_cpu}


def precision(kind: str, devices: Sequence[Device], engine: Engine) -> tuple[Precision, str]:
    """Return Keras's dtype policy for mixed precision on these devices, empty if there is none, and why."""
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
