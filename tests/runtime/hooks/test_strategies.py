from __future__ import annotations

import contextlib
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from hypertemplate.runtime.hooks.batches import Sharing
from hypertemplate.runtime.hooks.strategies import MAKERS, is_uneven

JAX_DISTRIBUTION = "keras.src.backend.jax.distribution_lib"


def tensorflow(calls: list[Any]) -> Any:
    """A TensorFlow that notes what is asked of it; its TPU has eight cores."""

    def strategy(devices: int, *args: Any) -> Any:
        calls.append(("strategy", *args))
        return SimpleNamespace(num_replicas_in_sync=devices, scope=lambda: contextlib.nullcontext("scope"))

    resolver = SimpleNamespace(TPUClusterResolver=lambda tpu: f"resolver of {tpu}")
    return SimpleNamespace(
        config=SimpleNamespace(experimental_connect_to_cluster=lambda of: calls.append(("connect", of))),
        tpu=SimpleNamespace(
            experimental=SimpleNamespace(initialize_tpu_system=lambda of: calls.append(("initialize", of)))
        ),
        distribute=SimpleNamespace(
            cluster_resolver=resolver,
            MirroredStrategy=lambda: strategy(2),
            TPUStrategy=lambda of: strategy(8, of),
        ),
    )


@pytest.mark.parametrize(
    ("name", "devices", "calls"),
    [
        pytest.param("data parallel", 2, [("strategy",)], id="GPUs"),
        pytest.param(
            "tpu",
            8,
            [
                ("connect", "resolver of local"),
                ("initialize", "resolver of local"),
                ("strategy", "resolver of local"),
            ],
            id="a TPU is initialised first",
        ),
    ],
)
def test_tensorflows(monkeypatch: pytest.MonkeyPatch, name: str, devices: int, calls: list[Any]) -> None:
    heard: list[Any] = []
    monkeypatch.setitem(sys.modules, "tensorflow", tensorflow(heard))
    strategy = MAKERS[name, "tensorflow"](sys)
    assert heard == calls
    assert strategy.sharing == Sharing(devices, any_size=False)
    assert strategy.undo == ()
    with strategy.scope() as entered:
        assert entered == "scope"


class Keras:
    """The distribution of a Keras on JAX with two devices."""

    def __init__(self) -> None:
        self.current: Any = None
        self.distribution = SimpleNamespace(
            distribution=lambda: self.current, DataParallel=lambda: SimpleNamespace(
                device_mesh=SimpleNamespace(devices=np.array(["cpu:0", "cpu:1"])), scope=self._scope
            )
        )  # fmt: skip

    @contextlib.contextmanager
    def _scope(self) -> Any:
        self.current = "ours"
        yield
        self.current = None


def data_parallel(keras: Any) -> Any:
    return MAKERS["data parallel", "jax"](keras)


def test_keras_own_for_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, JAX_DISTRIBUTION, raising=False)
    keras = Keras()
    strategy = data_parallel(keras)
    assert strategy.sharing == Sharing(2, any_size=True)
    with strategy.scope():
        assert keras.current == "ours"
    assert keras.current is None


def test_a_distribution_of_the_template_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, JAX_DISTRIBUTION, raising=False)
    keras = Keras()
    strategy = data_parallel(keras)
    keras.current = "the template's"
    with strategy.scope():
        assert keras.current == "the template's"


WHOLE = ("mesh", "all of it")
SPLIT = SimpleNamespace(mesh="mesh")


@pytest.mark.parametrize(
    ("batch", "layout", "taken"),
    [
        pytest.param(np.zeros((4, 3)), SPLIT, SPLIT, id="one that divides"),
        pytest.param(np.zeros((5, 3)), SPLIT, WHOLE, id="one that does not"),
        pytest.param(
            np.zeros((5, 3)), SimpleNamespace(backend_layout=SPLIT), WHOLE, id="with a layout of Keras"
        ),
        pytest.param(np.zeros(()), SPLIT, SPLIT, id="a number"),
        pytest.param(None, None, None, id="no sample weights"),
    ],
)
def test_what_the_devices_get_of_a_batch(
    monkeypatch: pytest.MonkeyPatch, batch: Any, layout: Any, taken: Any
) -> None:
    module = SimpleNamespace(distribute_data_input=lambda batch, layout, batch_dim_name: layout)
    own = module.distribute_data_input
    monkeypatch.setitem(sys.modules, JAX_DISTRIBUTION, module)
    sharding = SimpleNamespace(
        NamedSharding=lambda mesh, specification: (mesh, specification), PartitionSpec=lambda: "all of it"
    )
    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(sharding=sharding))
    strategy = data_parallel(Keras())
    assert module.distribute_data_input(batch, layout, batch_dim_name="batch") == taken
    for give_back in strategy.undo:
        give_back()
    assert module.distribute_data_input is own


class InvalidArgumentError(Exception):
    """TensorFlow has one of this name."""


@pytest.mark.parametrize(
    ("error", "uneven"),
    [
        pytest.param(InvalidArgumentError("Inputs to operation AddN must have the same size and shape."), True, id="parts of a batch"),
        pytest.param(InvalidArgumentError("Incompatible shapes: [3] vs. [4]"), False, id="something else"),
        pytest.param(ValueError("they must have the same size and shape"), False, id="the template's own"),
    ],
)  # fmt: skip
def test_what_tells_of_a_batch_that_does_not_divide(error: Exception, uneven: bool) -> None:
    assert is_uneven(error) is uneven
