"""Choice of the devices that a search runs on: those of one family, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hypertemplate.accelerators.detect.installed import Installed
from hypertemplate.accelerators.detect.machine import Device, Ignored, Kind, Machine
from hypertemplate.accelerators.plan.device_request import Accelerator
from hypertemplate.accelerators.plan.framework import BACKENDS, Engine
from hypertemplate.accelerators.plan.messages import FAMILIES, TITLES, build_text, devices_text, ignored_text
from hypertemplate.compiler.frameworks_used import Framework
from hypertemplate.errors import UsageError

KINDS: tuple[Kind, ...] = ("tpu", "nvidia", "amd", "apple")
"""Families of devices, in order of preference."""

ASKED: dict[Accelerator, tuple[Kind, ...]] = {
    "auto": KINDS,
    "cpu": (),
    "gpu": ("nvidia", "amd", "apple"),
    "tpu": ("tpu",),
}
"""Families that each value of ``--accelerator`` allows."""

_PLATFORMS: dict[Kind, set[str]] = {
    "tpu": {"tpu"},
    "nvidia": {"cuda", "gpu"},
    "amd": {"rocm", "gpu"},
    "apple": {"metal"},
}
"""Names of the families in ``JAX_PLATFORMS``."""

_INSTALLING: dict[tuple[Framework, Kind], str] = {
    ("tensorflow", "nvidia"): 'pip install "tensorflow[and-cuda]"',
    ("tensorflow", "amd"): "install TensorFlow for ROCm as AMD's documentation says",
    ("jax", "nvidia"): 'pip install "jax[cuda12]"',
    ("jax", "amd"): "install JAX's plugin for ROCm as AMD's documentation says",
    ("jax", "tpu"): 'pip install "jax[tpu]"',
    ("torch", "nvidia"): "pip install --force-reinstall torch",
    ("torch", "amd"): "install PyTorch's build for ROCm as its documentation says",
    ("torch", "apple"): "pip install --force-reinstall torch",
}
"""Installation commands that let a framework drive a family of devices."""


_BY_ANOTHER: dict[Kind, tuple[Framework, str]] = {
    "tpu": ("jax", _INSTALLING["jax", "tpu"]),
    "apple": ("torch", "pip install torch"),
}
"""Keras backend to install for a family, where that is safer than making the present one drive it.

The plugins of TensorFlow and JAX for Apple GPUs do not work with their current releases.
"""

UNSEEN = "which framework computes is not seen in the template"
"""Reason why a device is left alone that the template may still use."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Devices that a search runs on.

    Attributes:
        kind: family of the devices.
        devices: usable devices of the family; none for the CPU.
        reason: reason for the choice.
        ignored: devices of other families, and those that no framework drives.
        notes: ignored devices that the user should know of.
    """

    kind: Kind | Literal["cpu"]
    devices: tuple[Device, ...]
    reason: str
    ignored: tuple[Ignored, ...]
    notes: tuple[Ignored, ...] = ()


def chosen(
    machine: Machine,
    accelerator: Accelerator,
    engine: Engine,
    installed: Installed,
    environment: Mapping[str, str],
) -> Chosen:
    """Choose the devices to run on.

    Raises:
        UsageError: the requested family is missing, or the template's framework cannot drive it.
    """
    asked = accelerator not in ("auto", "cpu")
    found = {kind: tuple(d for d in machine.devices if d.kind == kind) for kind in KINDS}
    candidates = [kind for kind in ASKED[accelerator] if found[kind]]
    if asked and not candidates:
        raise UsageError(_not_there(machine, accelerator), "accelerator")
    taken: Kind | None = None
    ignored: list[Ignored] = []
    notes: list[Ignored] = []
    for kind in (kind for kind in KINDS if found[kind]):
        what = devices_text(found[kind])
        why = not_driven(engine, kind, installed, environment)
        if kind not in candidates:
            ignored.append(Ignored(what, f"--accelerator {accelerator}"))
        elif taken is not None:
            ignored.append(Ignored(what, f"the search runs on {devices_text(found[taken])}"))
        elif not why or (asked and engine.name not in BACKENDS):  # the user may know of another library
            taken = kind
        else:
            ignored.append(Ignored(what, why))
            if engine.name in BACKENDS:
                notes.append(ignored[-1])
    if taken is not None:
        drives = f"{TITLES[engine.name]} drives {FAMILIES[taken]}" if engine.name else ""
        reason = f"{devices_text(found[taken])}: {_asked_or(accelerator, drives)}"
        return Chosen(taken, found[taken], reason, tuple(ignored), tuple(notes))
    if asked:
        why_not = "; ".join(map(ignored_text, ignored))
        raise UsageError(f"{{accelerator}} {accelerator} is not available; {why_not}", "accelerator")
    why = "no other device can be used" if machine.devices else "no other device found"
    return Chosen("cpu", (), f"CPU: {_asked_or(accelerator, why)}", tuple(ignored), tuple(notes))


def not_driven(engine: Engine, kind: Kind, installed: Installed, environment: Mapping[str, str]) -> str:
    """Return the reason why the template's framework cannot run on a family of devices; empty if it can."""
    name = engine.name
    if name is None and engine.backend is not None:
        return f"Keras's backend {engine.backend} computes on the CPU"
    if name is None:
        return UNSEEN
    if name == "sklearn":
        return "scikit-learn computes on the CPU"
    if not installed.can_drive(name, kind):
        build = build_text(name, installed)
        line = _INSTALLING.get((name, kind))
        advice = [line] if line else []
        if installed.distributions.get(name) == "tensorflow-cpu" and kind in ("nvidia", "amd"):
            advice = [f"pip uninstall tensorflow-cpu, then {line}"]
        advice += _other_backends(engine, kind, installed)
        return "; ".join([f"{build} does not drive {FAMILIES[kind]}", *filter(None, [", or ".join(advice)])])
    platforms = environment.get("JAX_PLATFORMS", "")
    if name == "jax" and platforms and not _PLATFORMS[kind] & set(platforms.lower().split(",")):
        return f"JAX_PLATFORMS={platforms} in the environment keeps JAX from it"
    return ""


def _other_backends(engine: Engine, kind: Kind, installed: Installed) -> list[str]:
    """Suggest a setting that lets Keras compute with a framework that drives a family of devices."""
    if engine.backend is None:
        return []
    able = [name for name in BACKENDS if installed.can_drive(name, kind)]
    if able:
        return [f"set KERAS_BACKEND={able[0]}"]
    by, line = _BY_ANOTHER.get(kind, ("", ""))
    return [f"{line} and set KERAS_BACKEND={by}"] if by not in ("", engine.name) else []


def _asked_or(accelerator: Accelerator, why: str) -> str:
    return why if accelerator == "auto" else f"--accelerator {accelerator}"


def _not_there(machine: Machine, accelerator: Accelerator) -> str:
    """Describe the devices found in place of the requested ones."""
    what = {"gpu": "GPU", "tpu": "TPU"}[accelerator]
    found = devices_text(machine.devices) or "the CPU"
    passed_over = [ignored_text(one) for one in dict.fromkeys(machine.ignored)]
    lacking = f"{{accelerator}} {accelerator} is not available: no usable {what} was found, only {found}"
    return "; ".join([lacking, *passed_over, "without {accelerator} the search runs on what is available"])
