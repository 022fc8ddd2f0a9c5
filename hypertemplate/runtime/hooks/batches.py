"""Sizes of batches that several devices share, adjusted to the number of devices."""

from __future__ import annotations

import functools
import inspect
import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.patch import Undo, replace

DEFAULT_BATCH = 32
"""Keras's default batch size."""

METHODS = ("fit", "evaluate", "predict")
"""Methods of `Model` that split arrays into batches."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sharing:
    """Division of batches among devices.

    Attributes:
        devices: number of devices that share a batch.
        any_size: whether a batch of any size is valid; else it must be divisible by the number of devices.
    """

    devices: int
    any_size: bool


ALONE = Sharing(1, True)


def shared_batch(batch: int, devices: int, samples: int | None = None) -> int:
    """Return the batch size that lets several devices share each batch.

    TensorFlow splits a short batch into parts of equal size, rounded up, until nothing is left: of 5 samples
    four devices get 2, 2, 1 and 0. Batch normalization over zero samples gives NaN, permanently and on all
    devices. The first batch, from which Keras builds the model, must be divisible too.

    Args:
        batch: batch size in the code, at least 1.
        devices: number of devices that share a batch.
        samples: number of samples; None if it does not matter.

    Returns:
        `batch`, rounded up until it is divisible by the devices and leaves none of them without a sample; if
        no larger size does that, the next smaller one; if none does, a size whose first batch is divisible.
    """
    rounded = math.ceil(batch / devices) * devices
    if samples is None:
        return rounded
    larger = range(rounded, max(samples + devices, rounded + 1), devices)
    smaller = range(min(rounded, samples // devices * devices), 0, -devices)
    for candidate in itertools.chain(larger, smaller):
        if _all_have_some(candidate, samples, devices):
            return candidate
    return min(rounded, samples // devices * devices) or rounded


def _all_have_some(batch: int, samples: int, devices: int) -> bool:
    if batch > samples:
        return samples % devices == 0  # one batch, which is the first
    rest = samples % batch
    return rest == 0 or rest > (devices - 1) * math.ceil(rest / devices)


def share_batches(module: ModuleType, sharing: Callable[[], Sharing], say: Say) -> list[Undo]:
    """Make a loaded Keras use batches that devices can share.

    Only `fit` notes the change: there the batch size affects what the model learns.

    Args:
        module: the Keras module.
        sharing: returns how devices share a batch now.
        say: receives notes for the user.

    Returns:
        Functions that restore Keras's own methods.
    """
    return [
        replace(module.Model, name, _sharing(getattr(module.Model, name), name, sharing, say))
        for name in METHODS
    ]


def _sharing(method: Any, name: str, sharing: Callable[[], Sharing], say: Say) -> Any:
    signature = inspect.signature(method)

    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        now = sharing()
        if now.devices == 1:
            return method(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        _share(bound.arguments, now, say if name == "fit" else _silent)
        return method(*bound.args, **bound.kwargs)

    return call


def _share(given: dict[str, Any], now: Sharing, say: Say) -> None:
    """Adjust the batch sizes in a method's arguments."""
    samples, validation = _samples(given.get("x")), _samples(given.get("validation_data"))
    split = given.get("validation_split")
    if split and samples is not None and given.get("validation_data") is None:
        validation = samples - math.floor(samples * (1.0 - split))  # as Keras cuts it
        samples -= validation
    batch = given.get("batch_size") or DEFAULT_BATCH
    if validation is not None:
        validation_batch = given.get("validation_batch_size") or batch
        given["validation_batch_size"] = _taken(validation_batch, validation, now)
    if samples is not None:
        given["batch_size"] = taken = _taken(batch, samples, now)
        if taken != batch:
            say(f"fit(batch_size={batch}) ran with {taken}: {now.devices} devices share each batch")
    elif not now.any_size:
        _say_of_dataset(given.get("x"), now.devices, say)


def _taken(batch: Any, samples: int, now: Sharing) -> Any:
    """Return the adjusted size; an invalid size is left for Keras to refuse."""
    if not hasattr(batch, "__index__") or batch < 1:
        return batch
    return shared_batch(int(batch), now.devices, None if now.any_size else samples)


def _samples(data: Any) -> int | None:
    """Return the number of samples in arrays, in any structure; None for anything but arrays."""
    return _first_dimension(_first(data))


def _first(structure: Any) -> Any:
    while isinstance(structure, (Mapping, list, tuple)) and structure:
        structure = next(iter(structure.values() if isinstance(structure, Mapping) else structure))
    return structure


def _first_dimension(array: Any) -> int | None:
    """Return the first dimension of an array or of an object with a shape; None if unknown."""
    shape = getattr(array, "shape", None)
    dimensions = tuple(shape) if shape is not None and getattr(shape, "rank", 0) is not None else ()
    return None if not dimensions or dimensions[0] is None else int(dimensions[0])


def _say_of_dataset(data: Any, devices: int, say: Say) -> None:
    """Note how a `tf.data.Dataset`, which comes in batches, should end."""
    specification = getattr(data, "element_spec", None)
    if specification is None:
        return
    size = _first_dimension(_first(specification))
    if size is None or size % devices:
        say(
            f"{devices} devices share each batch of a data set: end the one that is fitted with "
            f".batch(n, drop_remainder=True), n a multiple of {devices}"
        )


def _silent(text: str) -> None:
    """Ignore a note: only `fit` reports a changed batch size."""
