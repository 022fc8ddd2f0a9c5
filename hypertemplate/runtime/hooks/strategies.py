"""One trial on several devices: what TensorFlow and JAX have for it. Nothing here imports either."""

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
"""In what TensorFlow says when the parts of a first batch differ."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """How a trial uses several devices.

    Attributes:
        sharing: how the devices share a batch.
        scope: gives the context in which models are made and trained.
        undo: what gives Keras its own back, in a process that goes on without us.
    """

    sharing: Sharing
    scope: Callable[[], AbstractContextManager[object]]
    undo: tuple[Undo, ...] = field(default=())


Maker = Callable[[ModuleType], Strategy]


def mirrored(keras: ModuleType) -> Strategy:
    """TensorFlow's, over all GPUs that it sees, or all that it counts as CPUs.

    The losses are those of one device, but for a last batch that does not divide: there a sample counts
    for more on the device that has fewer.
    """
    return _tensorflow(sys.modules["tensorflow"].distribute.MirroredStrategy())


def tpu(keras: ModuleType) -> Strategy:
    """TensorFlow's, over the cores of a TPU in this machine, which is initialised."""
    tensorflow = sys.modules["tensorflow"]
    resolver = tensorflow.distribute.cluster_resolver.TPUClusterResolver(tpu="local")
    tensorflow.config.experimental_connect_to_cluster(resolver)
    tensorflow.tpu.experimental.initialize_tpu_system(resolver)
    return _tensorflow(tensorflow.distribute.TPUStrategy(resolver))


def _tensorflow(strategy: Any) -> Strategy:
    devices = int(strategy.num_replicas_in_sync)
    return Strategy(Sharing(devices, any_size=False), strategy.scope)


def data_parallel(keras: ModuleType) -> Strategy:
    """Keras's for JAX, over all devices that JAX sees; the losses are those of one device."""
    distribution = keras.distribution.DataParallel()
    devices = int(distribution.device_mesh.devices.size)

    def scope() -> AbstractContextManager[object]:
        own = keras.distribution.distribution() is not None  # the template's, which wins
        entered: AbstractContextManager[object] = nullcontext() if own else distribution.scope()
        return entered

    return Strategy(Sharing(devices, any_size=True), scope, _take_any_batch(devices))


def _take_any_batch(devices: int) -> tuple[Undo, ...]:
    """Have each device compute the whole of a batch that does not divide: mostly the last of an epoch.

    Keras shares every batch out, and JAX refuses one that does not divide. Releases that have no such
    function are left as they are.
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
"""The strategy, as `Acceleration` names it, and Keras's backend, to what makes it."""


def is_uneven(error: BaseException) -> bool:
    """Whether an exception is TensorFlow's of a first batch that does not divide."""
    return type(error).__name__ == "InvalidArgumentError" and _UNEVEN in str(error)
