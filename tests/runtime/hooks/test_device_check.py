from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.runtime.hooks.acceleration import accelerate
from hypertemplate.runtime.hooks.device_check import without_device
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.protocol import Acceleration

TENSORFLOW = (
    "but TensorFlow computed on the CPU: "
    'python -c "import tensorflow; tensorflow.config.list_logical_devices()" says why'
)
JAX = 'but JAX computed on the CPU: python -c "import jax; print(jax.devices())" says why'
TORCH = "but PyTorch computed on the CPU: python -c \"import torch; torch.zeros(1, device='cuda')\" says why"


@pytest.fixture(autouse=True)
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("keras", "tf_keras", "tensorflow", "jax", "torch"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def tensorflow(*devices: str, computed: bool = True) -> dict[str, Any]:
    listed = SimpleNamespace(list_logical_devices=lambda kind: [one for one in devices if one == kind])
    context = SimpleNamespace(_initialized=computed)
    return {
        "tensorflow": SimpleNamespace(config=listed),
        "tensorflow.python.eager.context": SimpleNamespace(context_safe=lambda: context),
    }


def jax(backend: str, *, computed: bool = True) -> dict[str, Any]:
    def default_backend() -> str:
        assert computed, "asking would take the device"
        return backend

    return {
        "jax": SimpleNamespace(default_backend=default_backend),
        "jax._src.xla_bridge": SimpleNamespace(backends_are_initialized=lambda: computed),
    }


def torch(*, cuda: bool = False, mps: bool = False) -> dict[str, Any]:
    backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: mps))
    return {"torch": SimpleNamespace(cuda=SimpleNamespace(is_available=lambda: cuda), backends=backends)}


def keras(backend: str, name: str = "keras") -> dict[str, Any]:
    return {name: SimpleNamespace(backend=SimpleNamespace(backend=lambda: backend))}


@pytest.mark.parametrize(
    ("device", "modules", "said"),
    [
        pytest.param("gpu", {}, None, id="no framework was loaded"),
        pytest.param("gpu", tensorflow("CPU", "GPU"), "", id="TensorFlow on a GPU"),
        pytest.param("tpu", tensorflow("CPU", "TPU"), "", id="TensorFlow on a TPU"),
        pytest.param("gpu", tensorflow("CPU"), f"the plan was a GPU, {TENSORFLOW}", id="TensorFlow without CUDA"),
        pytest.param("gpu", tensorflow("CPU", computed=False), None, id="TensorFlow has computed nothing yet"),
        pytest.param("gpu", jax("gpu"), "", id="JAX on a GPU"),
        pytest.param("tpu", jax("cpu"), f"the plan was a TPU, {JAX}", id="JAX without its plugin"),
        pytest.param("gpu", jax("gpu", computed=False), None, id="JAX has computed nothing yet"),
        pytest.param("gpu", torch(cuda=True), "", id="PyTorch on a GPU"),
        pytest.param("gpu", torch(mps=True), "", id="PyTorch on Apple's"),
        pytest.param("gpu", torch(), f"the plan was a GPU, {TORCH}", id="PyTorch without CUDA"),
        pytest.param("gpu", {**tensorflow("CPU"), **torch(cuda=True)}, "", id="one of two has it"),
        pytest.param(
            "gpu",
            {**keras("jax"), **tensorflow("CPU"), **jax("gpu")},
            "",
            id="Keras computes with the one that has it",
        ),
        pytest.param(
            "gpu",
            {**keras("jax"), **jax("cpu"), **torch(cuda=True)},
            f"the plan was a GPU, {JAX}",
            id="Keras computes with the one that has not",
        ),
        pytest.param(
            "gpu",
            {**keras("tensorflow", "tf_keras"), **tensorflow("CPU")},
            f"the plan was a GPU, {TENSORFLOW}",
            id="the legacy Keras",
        ),
        pytest.param("gpu", keras("openvino"), None, id="a backend of which nothing is known"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_device(
    monkeypatch: pytest.MonkeyPatch, device: Any, modules: dict[str, Any], said: str | None
) -> None:
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    assert without_device(device) == said


def test_it_is_said_once_after_the_first_trial_that_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    own = accelerate(ImportWatcher(), Acceleration(device="gpu"))
    with own.trial():
        pass
    assert own.notes() == ()
    for name, module in tensorflow("CPU").items():
        monkeypatch.setitem(sys.modules, name, module)
    with own.trial():
        assert own.notes() == ()
    assert own.notes() == (f"the plan was a GPU, {TENSORFLOW}",)
    with own.trial():
        pass
    assert own.notes() == ()


def test_a_search_on_the_cpu_looks_at_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in tensorflow("CPU").items():
        monkeypatch.setitem(sys.modules, name, module)
    own = accelerate(ImportWatcher(), Acceleration())
    with own.trial():
        pass
    assert own.notes() == ()
