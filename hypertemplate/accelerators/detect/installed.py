"""Frameworks that are installed, read from the records of the installation: nothing is imported."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from types import MappingProxyType

from hypertemplate.accelerators.detect.host import Surroundings
from hypertemplate.accelerators.detect.machine import Kind
from hypertemplate.compiler.frameworks_used import Framework

DEFAULT_BACKEND = "tensorflow"
"""Keras 3's default backend."""

DISTRIBUTIONS: dict[str, Framework] = {
    "keras": "keras",
    "tf-keras": "tf_keras",
    "tensorflow": "tensorflow",
    "tensorflow-tpu": "tensorflow",
    "tensorflow-rocm": "tensorflow",
    "tensorflow-gpu": "tensorflow",
    "tensorflow-macos": "tensorflow",
    "tf-nightly": "tensorflow",
    "tensorflow-cpu": "tensorflow",
    "tensorflow-cpu-aws": "tensorflow",
    "tensorflow-intel": "tensorflow",
    "tf-nightly-cpu": "tensorflow",
    "jax": "jax",
    "torch": "torch",
    "scikit-learn": "sklearn",
}
"""Distributions that contain a framework. ``tensorflow`` comes first: it may come with a second one."""

CHOOSING = {"xgboost": "xgboost", "xgboost-cpu": "xgboost", "lightgbm": "lightgbm", "catboost": "catboost"}
"""Distributions of libraries that compute on a GPU if the program asks them to, with the names of imports."""

_PLUGINS: dict[str, tuple[Framework, Kind]] = {
    **dict.fromkeys((f"jax-cuda{number}-plugin" for number in range(12, 16)), ("jax", "nvidia")),
    **dict.fromkeys((f"jax-rocm{number}-plugin" for number in ("6", "60", "7", "70")), ("jax", "amd")),
    "libtpu": ("jax", "tpu"),
    "libtpu-nightly": ("jax", "tpu"),
    "jax-metal": ("jax", "apple"),
    "tensorflow-metal": ("tensorflow", "apple"),
}
"""Distributions that let a framework drive a family of devices."""

_ONLY: dict[str, frozenset[Kind]] = {
    "tensorflow-cpu": frozenset(),
    "tensorflow-cpu-aws": frozenset(),
    "tensorflow-intel": frozenset(),
    "tf-nightly-cpu": frozenset(),
    "tensorflow-macos": frozenset(),
    "tensorflow-rocm": frozenset({"amd"}),
    "tensorflow-tpu": frozenset({"tpu"}),
}
"""Families of devices that other builds of TensorFlow than ``tensorflow`` drive."""

_CUDA_WHEELS = tuple(f"nvidia-cudnn-cu{number}" for number in range(11, 16))


@dataclass(frozen=True, slots=True)
class Installed:
    """Frameworks that the workers can import.

    Attributes:
        versions: import name -> version; an empty version is unknown.
        distributions: import name -> distribution that it came with.
        drives: import name -> families of devices that its build can drive.
        choosing: distribution -> version of the libraries of `CHOOSING`.
        cuda_wheels: whether CUDA's libraries are installed as Python packages.
        backend: backend in Keras's own settings, and the place that sets it.
    """

    versions: Mapping[Framework, str] = field(default_factory=lambda: MappingProxyType({}))
    distributions: Mapping[Framework, str] = field(default_factory=lambda: MappingProxyType({}))
    drives: Mapping[Framework, frozenset[Kind]] = field(default_factory=lambda: MappingProxyType({}))
    choosing: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cuda_wheels: bool = False
    backend: tuple[str, str] = (DEFAULT_BACKEND, "")

    def can_drive(self, name: Framework, kind: Kind) -> bool:
        """Return True if a framework is installed and its build can drive a family of devices."""
        return kind in self.drives.get(name, ())

    def without(self, name: Framework, kind: Kind) -> Installed:
        """Return a copy in which a framework cannot drive a family of devices."""
        return replace(self, drives={**self.drives, name: self.drives.get(name, frozenset()) - {kind}})


def installed(surroundings: Surroundings) -> Installed:
    """Find the frameworks installed for this Python, which the workers run too."""
    return installed_of(
        _distributions([*DISTRIBUTIONS, *CHOOSING, *_PLUGINS, *_CUDA_WHEELS]),
        lambda name: importlib.util.find_spec(name) is not None,
        surroundings,
        _read,
    )


def installed_of(
    distributions: Iterable[tuple[str, str]],
    importable: Callable[[str], bool],
    surroundings: Surroundings,
    read: Callable[[Path], str | None],
) -> Installed:
    """Find the frameworks of an installation and the devices that they can drive.

    Args:
        distributions: pairs of name and version.
        importable: returns True if a name can be imported; some builds have a distribution of
            another name, or none.
        surroundings: system and environment.
        read: returns the text of a file, or None if it cannot be read.
    """
    there = dict(distributions)
    versions: dict[Framework, str] = {}
    names: dict[Framework, str] = {}
    for distribution, framework in DISTRIBUTIONS.items():
        # On macOS and Windows `tensorflow` is an empty shell around another distribution.
        if distribution in there and (framework not in versions or distribution in _ONLY):
            versions[framework], names[framework] = there[distribution], distribution
    for framework in DISTRIBUTIONS.values():
        if framework not in versions and importable(framework):
            versions[framework] = ""
    drives: dict[Framework, frozenset[Kind]] = {
        "tensorflow": _tensorflow(names.get("tensorflow", ""), surroundings),
        "jax": frozenset(),
        "torch": _torch(versions.get("torch", ""), surroundings.system),
    }
    for plugin, (framework, kind) in _PLUGINS.items():
        if plugin in there:
            drives[framework] |= {kind}
    return Installed(
        versions,
        names,
        {framework: kinds for framework, kinds in drives.items() if framework in versions},
        {name: there[name] for name in CHOOSING if name in there},
        cuda_wheels=any(name in there for name in _CUDA_WHEELS),
        backend=configured_backend(surroundings.environment, read),
    )


def configured_backend(environment: Mapping[str, str], read: Callable[[Path], str | None]) -> tuple[str, str]:
    """Return the backend that Keras uses if the template names none, and the setting that names it.

    The setting is ``KERAS_BACKEND``, else ``keras.json``, else none: TensorFlow, with an empty second item.
    Keras writes its default into the file by itself, so TensorFlow in it is not the user's choice.
    """
    if environment.get("KERAS_BACKEND"):
        return environment["KERAS_BACKEND"], "KERAS_BACKEND"
    home = environment.get("HOME", "")
    folder = Path(environment.get("KERAS_HOME") or f"{home}/.keras")
    text = read(folder / "keras.json")
    try:
        settings = json.loads(text or "{}")
    except ValueError:  # as Keras does
        settings = {}
    backend = settings.get("backend") if isinstance(settings, dict) else None
    if not isinstance(backend, str) or backend == DEFAULT_BACKEND:
        return DEFAULT_BACKEND, ""
    return backend, str(folder / "keras.json")


def _tensorflow(distribution: str, surroundings: Surroundings) -> frozenset[Kind]:
    if distribution in _ONLY:
        return _ONLY[distribution]
    # Builds for other systems and processors have no CUDA support.
    cuda = surroundings.system == "Linux" and surroundings.architecture in ("x86_64", "AMD64")
    return frozenset({"nvidia"}) if cuda else frozenset()


def _torch(version: str, system: str) -> frozenset[Kind]:
    _, _, build = version.partition("+")
    if build.startswith(("cpu", "xpu")):
        return frozenset()
    if build.startswith("rocm"):
        return frozenset({"amd"})
    if build.startswith("cu"):
        return frozenset({"nvidia"})
    # NVIDIA's containers and custom builds have names of their own: "ecf3bae40a.nv25.01".
    whole: dict[str, frozenset[Kind]] = {"Linux": frozenset({"nvidia"}), "Darwin": frozenset({"apple"})}
    return whole.get(system, frozenset())


def _distributions(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
