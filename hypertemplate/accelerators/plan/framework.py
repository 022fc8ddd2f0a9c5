"""Choice of the framework that a template computes with, and of Keras's backend."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from hypertemplate.accelerators.detect.installed import DEFAULT_BACKEND, Installed
from hypertemplate.accelerators.detect.machine import Kind
from hypertemplate.accelerators.plan.messages import TITLES, build_text, choosing_text, framework_text
from hypertemplate.compiler.frameworks_used import Framework, Line, Used
from hypertemplate.errors import UsageError
from hypertemplate.units import listed

BACKENDS: tuple[Framework, ...] = ("tensorflow", "jax", "torch")
"""Keras 3's backends that can train, in order of preference."""

_NO_TRAINING = ("numpy", "openvino")
_PACKAGES: dict[Framework, str] = {"sklearn": "scikit-learn", "tf_keras": "tf-keras"}


@dataclass(frozen=True, slots=True)
class Engine:
    """Framework that a template computes with.

    Attributes:
        name: framework that runs on the devices; None if unknown.
        label: description, such as ``Keras 3.15 on tensorflow``.
        keras: whether the models are Keras models, of any version.
        backend: Keras 3's backend; None if the template does not use Keras 3.
        environment: environment variables that the workers need.
        reasons: reasons for the choice.
    """

    name: Framework | None
    label: str
    keras: bool = False
    backend: str | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    reasons: tuple[str, ...] = ()


def engine_of(
    used: Used, installed: Installed, environment: Mapping[str, str], kinds: frozenset[Kind]
) -> Engine:
    """Choose the framework that a template computes with.

    Args:
        used: the template's imports.
        installed: the installed frameworks.
        environment: the user's environment variables.
        kinds: families of devices that are present and that the search may run on.

    Raises:
        UsageError: a package that the template requires is not installed.
    """
    _check(used, installed)
    there = used.names & installed.versions.keys()
    handed_out = used.tf_keras and "tensorflow" in there
    legacy = handed_out and environment.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True")
    _check_legacy(legacy, installed)
    if "keras" in there or (handed_out and not legacy):
        if installed.versions.get("keras", "3").startswith("2."):
            return _on_tensorflow("keras", installed)
        return _keras(used, installed, kinds)
    if legacy or "tf_keras" in there:
        return _on_tensorflow("tf_keras", installed)
    for name in BACKENDS:
        if name in there:
            return Engine(name, framework_text(name, installed))
    if used.choosing:
        use = "uses" if len(used.choosing) == 1 else "use"
        why = f"{listed(used.choosing)} {use} a GPU only if the template asks for one"
        return Engine(None, choosing_text(used.choosing, installed) or "Python", reasons=(why,))
    if "sklearn" in there:
        return Engine("sklearn", framework_text("sklearn", installed))
    return Engine(None, "Python", reasons=("no known framework is imported",))


def _on_tensorflow(keras: Framework, installed: Installed) -> Engine:
    """Return the engine of Keras 2, in either package."""
    return Engine("tensorflow", f"{framework_text(keras, installed)} on tensorflow", keras=True)


def _keras(used: Used, installed: Installed, kinds: frozenset[Kind]) -> Engine:
    backend, why, told = _backend(used, installed, kinds)
    if backend not in (*BACKENDS, *_NO_TRAINING):
        names = listed([*BACKENDS, *_NO_TRAINING])
        raise UsageError(f"Keras's backends are {names}, and {why} says {backend!r}")
    name = next((one for one in BACKENDS if one == backend), None)
    if name is not None and name not in installed.versions:
        title = TITLES[name]
        raise UsageError(
            f"{why} has Keras compute with {backend}, and {title} is not installed: pip install {name}"
        )
    return Engine(
        name,
        f"{framework_text('keras', installed)} on {backend}",
        keras=True,
        backend=backend,
        environment={} if told else {"KERAS_BACKEND": backend},
        reasons=(f"Keras computes with {backend}: {why}{' says so' if told and why != _DEFAULT else ''}",),
    )


_DEFAULT = "it is the default"


def _backend(used: Used, installed: Installed, kinds: frozenset[Kind]) -> tuple[str, str, bool]:
    """Return Keras's backend, its source or reason, and whether Keras would choose it by itself."""
    own = used.backend
    configured, by = installed.backend
    if own is not None and (not own.default or by != "KERAS_BACKEND"):
        return own.name, own.where.place, True
    if by:
        return configured, by, True
    if DEFAULT_BACKEND not in installed.versions:
        others = [name for name in BACKENDS if name in installed.versions]
        if not others:
            raise UsageError(
                "Keras needs TensorFlow, JAX or PyTorch, and none of them is installed: "
                + no_backend_line(kinds)
            )
        able = [name for name in others if any(installed.can_drive(name, kind) for kind in kinds)]
        return [*able, *others][0], "TensorFlow is not installed", False
    only_jax = installed.can_drive("jax", "tpu") and not installed.can_drive("tensorflow", "tpu")
    if "tpu" in kinds and only_jax and "tensorflow" not in used.names:
        return "jax", f"{build_text('tensorflow', installed)} does not drive TPUs", False
    return DEFAULT_BACKEND, _DEFAULT, True


def no_backend_line(kinds: frozenset[Kind]) -> str:
    """Return the command that installs a backend for the devices present."""
    if "tpu" in kinds:
        return 'pip install "jax[tpu]"'
    return 'pip install "tensorflow[and-cuda]"' if "nvidia" in kinds else "pip install tensorflow"


def _check(used: Used, installed: Installed) -> None:
    """Refuse a template that cannot be imported.

    Raises:
        UsageError: a package is missing; the text says what to install, or what to write instead.
    """
    for use in used.uses:
        if use.optional or use.name in installed.versions:
            continue
        title = TITLES[use.name]
        importing = f"{use.where.place}: imports {title}, which" if use.where.part else title
        missing = f"{importing} is not installed"
        if use.name == "tensorflow" and not used.beyond_keras and "keras" in installed.versions:
            raise UsageError(f"{missing}; of TensorFlow only its Keras is used, so {_instead(use.where)}")
        beyond = used.beyond_keras
        if use.name == "tensorflow" and beyond is not None and beyond != use.where:
            missing += f", and {beyond.place} needs more of it than Keras"
        raise UsageError(f"{missing}: pip install {_PACKAGES.get(use.name, use.name)}")


def _check_legacy(legacy: bool, installed: Installed) -> None:
    """Refuse a request for Keras 2 if it is not installed.

    Raises:
        UsageError: Keras 2 is missing; the text says what to install.
    """
    keras_2 = installed.versions.get("keras", "").startswith("2.")
    if legacy and not keras_2 and "tf_keras" not in installed.versions:
        raise UsageError(
            "TF_USE_LEGACY_KERAS has tf.keras be Keras 2, and tf_keras is not installed: pip install tf-keras"
        )


def _instead(line: Line) -> str:
    """Suggest a line for an import of TensorFlow that needs only its Keras."""
    text = line.text.replace("from tensorflow import keras", "import keras")
    text = text.replace("tensorflow.keras", "keras")
    if "tensorflow" not in text:
        return f"write: {text}"
    renamed = re.search(r"\btensorflow as (\w+)", text)
    name = renamed[1] if renamed else "tensorflow"
    return f"write: import keras, and keras. for {name}.keras."
