"""Strategies of TensorFlow and JAX for one trial on several devices. Nothing here imports either."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.batches import Sharing
from hypertemplate.runtime.hooks.patch import Undo, replace

_JAX_DISTRIBUTION = "keras.src.backend.jax.distribution_lib"

_UNEVEN = "must have the same size and shape"
"""Part of TensorFlow's message when the parts of a first batch differ."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """Use of several devices by one trial.

    Attributes:
        sharing: division of batches among the devices.
        scope: returns the context in which models are created and trained.
        undo: functions that restore Keras, in a process that continues.
    """

    sharing: Sharing
    scope: Callable[[], AbstractContextManager[object]]
    undo: tuple[Undo, ...] = field(default=())


Maker = Callable[[ModuleType], Strategy]


def mirrored(keras: ModuleType) -> Strategy:
    """Create TensorFlow's strategy for all GPUs that it sees, or all that it counts as CPUs.

    The losses are those of one device, except for a last batch that is not divisible: there a sample weighs
    more on a device that has fewer.
    """
    return _tensorflow(sys.modules["tensorflow"].distribute.MirroredStrategy())


def tpu(keras: ModuleType) -> Strategy:
    """Create TensorFlow's strategy for the cores of this machine's TPU, which it initialises."""
    tensorflow = sys.modules["tensorflow"]
    resolver = tensorflow.distribute.cluster_resolver.TPUClusterResolver(tpu="local")
    tensorflow.config.experimental_connect_to_cluster(resolver)
    tensorflow.tpu.experimental.initialize_tpu_system(resolver)
    return _tensorflow(tensorflow.distribute.TPUStrategy(resolver))


def _tensorflow(strategy: Any) -> Strategy:
    devices = int(strategy.num_replicas_in_sync)
    return Strategy(Sharing(devices, any_size=False), strategy.scope)


def data_parallel(keras: ModuleType) -> Strategy:
    """Create Keras's strategy for all devices that JAX sees; the losses are those of one device."""
    distribution = keras.distribution.DataParallel()
    devices = int(distribution.device_mesh.devices.size)

    def scope() -> AbstractContextManager[object]:
        own = keras.distribution.distribution() is not None  # the template's, which wins
        entered: AbstractContextManager[object] = nullcontext() if own else distribution.scope()
        return entered

    return Strategy(Sharing(devices, any_size=True), scope, _take_any_batch(devices))


def _take_any_batch(devices: int) -> tuple[Undo, ...]:
    """Make each device compute the whole of an indivisible batch, usually the last of an epoch.

    Keras distributes every batch, and JAX refuses one that is not divisible. Releases without this function
    are left as they are.
    """
    module = sys.modules.get(_JAX_DISTRIBUTION)
    original = getattr(module, "distribute_data_input", None)
    if module is None or original is None:
        return ()
    sharding = sys.modules["jax"].sharding

    @functools.wraps(original)
    def distribute_data_input(batch: Any, layout: Any, *args: Any, **kwargs: Any) -> Any:
        if batch is not None and batch.shape and batch.shape[0] % devices:
            mesh = getattr(layout, "backend_layout", layout).mesh
            layout = sharding.NamedSharding(mesh, sharding.PartitionSpec())
        return original(batch, layout, *args, **kwargs)

    return (replace(module, "distribute_data_input", distribute_data_input),)


MAKERS: dict[tuple[str, str], Maker] = {
    ("data parallel", "tensorflow"): mirrored,
    ("data parallel", "jax"): data_parallel,
    ("tpu", "tensorflow"): tpu,
}
"""Strategy, as named in `Acceleration`, and Keras backend -> function that creates it."""


def is_uneven(error: BaseException) -> bool:
    """Return True for TensorFlow's error about a first batch that is not divisible."""
    return type(error).__name__ == "InvalidArgumentError" and _UNEVEN in str(error)
