"""Devices, versions and frameworks in the words of messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hypertemplate.accelerators.detect.installed import CHOOSING, Installed
from hypertemplate.accelerators.detect.machine import Device, Ignored, Kind
from hypertemplate.compiler.frameworks_used import Framework
from hypertemplate.units import counted, listed

TITLES: dict[Framework, str] = {
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "tf_keras": "tf_keras",
    "jax": "JAX",
    "torch": "PyTorch",
    "sklearn": "scikit-learn",
}
"""Names of frameworks as their makers write them."""

CHOOSING_TITLES = {"xgboost": "XGBoost", "lightgbm": "LightGBM", "catboost": "CatBoost"}
"""Names of libraries that compute on a GPU if the program asks them to."""

FAMILIES: dict[Kind, str] = {
    "nvidia": "NVIDIA GPUs",
    "amd": "AMD GPUs",
    "apple": "Apple GPUs",
    "tpu": "TPUs",
}
"""Names of the families of devices."""


def devices_text(devices: Iterable[Device]) -> str:
    """Describe devices: ``NVIDIA T4``, ``4 x NVIDIA T4``, ``TPU v5e (8 chips)``."""
    names = Counter((device.kind, device.name) for device in devices)
    texts = []
    for (kind, name), number in names.items():
        if kind == "tpu":
            texts.append(f"{name} ({counted(number, 'chip')})")
        else:
            texts.append(name if number == 1 else f"{number} x {name}")
    return listed(texts)


def short_version(version: str) -> str:
    """Shorten a version to two places: ``3.15.1`` to ``3.15``, ``2.9.0+cu126`` to ``2.9``."""
    return ".".join(version.partition("+")[0].split(".")[:2])


def framework_text(name: Framework, installed: Installed) -> str:
    """Describe a framework: ``Keras 3.15``, or the name alone if the version is unknown."""
    return f"{TITLES[name]} {short_version(installed.versions.get(name, ''))}".rstrip()


def choosing_text(names: Iterable[str], installed: Installed) -> str:
    """Describe those libraries that are installed: ``XGBoost 3.2 and LightGBM 4.7``; empty without one."""
    versions = {CHOOSING[name]: version for name, version in installed.choosing.items()}
    there = [name for name in names if name in versions]
    return listed([f"{CHOOSING_TITLES[name]} {short_version(versions[name])}" for name in there])


def build_text(name: Framework, installed: Installed) -> str:
    """Describe a framework with its build: ``TensorFlow 2.21 (tensorflow-cpu)``, ``PyTorch 2.9 (+cpu)``."""
    distribution = installed.distributions.get(name, "")
    _, plus, build = installed.versions.get(name, "").partition("+")
    of = plus + build or ("" if distribution in ("", name) else distribution)
    return framework_text(name, installed) + (f" ({of})" if of else "")


def ignored_text(ignored: Ignored) -> str:
    """Describe an ignored device: ``not using NVIDIA T4: scikit-learn computes on the CPU``."""
    return f"not using {ignored.what}: {ignored.why}"
