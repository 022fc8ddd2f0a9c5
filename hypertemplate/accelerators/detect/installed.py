"""What is installed for computing, by the records of the installation alone: nothing of it is imported."""

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
from hypertemplate.compiler.dataflow.frameworks_used import Framework

DEFAULT_BACKEND = "tensorflow"
"""What Keras 3 computes with where nothing else is said."""

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
"""The distributions that hold a framework. ``tensorflow`` stands first: it may come with a second one."""

_PLUGINS: dict[str, tuple[Framework, Kind]] = {
    **dict.fromkeys((f"jax-cuda{number}-plugin" for number in range(12, 16)), ("jax", "nvidia")),
    **dict.fromkeys((f"jax-rocm{number}-plugin" for number in ("6", "60", "7", "70")), ("jax", "amd")),
    "libtpu": ("jax", "tpu"),
    "libtpu-nightly": ("jax", "tpu"),
    "jax-metal": ("jax", "apple"),
    "tensorflow-metal": ("tensorflow", "apple"),
}
"""The distributions that have a framework drive a family of devices."""

_ONLY: dict[str, frozenset[Kind]] = {
    "tensorflow-cpu": frozenset(),
    "tensorflow-cpu-aws": frozenset(),
    "tensorflow-intel": frozenset(),
    "tf-nightly-cpu": frozenset(),
    "tensorflow-macos": frozenset(),
    "tensorflow-rocm": frozenset({"amd"}),
    "tensorflow-tpu": frozenset({"tpu"}),
}
"""The builds of TensorFlow that drive something else than what ``tensorflow`` does."""

_CUDA_WHEELS = tuple(f"nvidia-cudnn-cu{number}" for number in range(11, 16))


@dataclass(frozen=True, slots=True)
class Installed:
    """The frameworks that the workers can import.

    Attributes:
        versions: name of the import to version; the version is empty where nothing tells it.
        distributions: name of the import to the distribution that it came with.
        drives: name of the import to the families of devices that this build of it can drive.
        cuda_wheels: whether CUDA's libraries are installed as Python packages, too.
        backend: the backend that Keras's own settings name, and where they do.
    """

    versions: Mapping[Framework, str] = field(default_factory=lambda: MappingProxyType({}))
    distributions: Mapping[Framework, str] = field(default_factory=lambda: MappingProxyType({}))
    drives: Mapping[Framework, frozenset[Kind]] = field(default_factory=lambda: MappingProxyType({}))
    cuda_wheels: bool = False
    backend: tuple[str, str] = (DEFAULT_BACKEND, "")

    def can_drive(self, name: Framework, kind: Kind) -> bool:
        """Whether a framework is there and its build can drive devices of a family."""
        return kind in self.drives.get(name, ())

    def without(self, name: Framework, kind: Kind) -> Installed:
        """The same where a framework turned out not to drive a family of devices."""
        return replace(self, drives={**self.drives, name: self.drives.get(name, frozenset()) - {kind}})


def installed(surroundings: Surroundings) -> Installed:
    """What is installed for this Python, which is also the workers'."""
    return installed_of(
        _distributions([*DISTRIBUTIONS, *_PLUGINS, *_CUDA_WHEELS]),
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
    """What an installation is good for.

    Args:
        distributions: pairs of a name and a version.
        importable: whether something can be imported under a name; some builds have a distribution of
            another name, or none.
        surroundings: the system and the environment.
        read: the text of a file, or None where it cannot be read.
    """
    there = dict(distributions)
    versions: dict[Framework, str] = {}
    names: dict[Framework, str] = {}
    for distribution, framework in DISTRIBUTIONS.items():
        # `tensorflow` for macOS and for Windows is an empty shell around another distribution.
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
        cuda_wheels=any(name in there for name in _CUDA_WHEELS),
        backend=configured_backend(surroundings.environment, read),
    )


def configured_backend(environment: Mapping[str, str], read: Callable[[Path], str | None]) -> tuple[str, str]:
    """The backend that Keras takes where the template says nothing, and what says so.

    That is ``KERAS_BACKEND``, else ``keras.json``, else TensorFlow, with an empty second item. Keras
    writes the default into the file by itself, so that TensorFlow is nobody's wish there.
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
    # Of other systems and processors the builds have no CUDA in them.
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
    # NVIDIA's containers and those who build it themselves have names of their own: "ecf3bae40a.nv25.01".
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
