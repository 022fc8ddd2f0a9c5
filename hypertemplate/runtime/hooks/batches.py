"""Batches that several devices share: their size, whatever the template has written."""

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
"""Keras's own, where the code names none."""

METHODS = ("fit", "evaluate", "predict")
"""The methods of `Model` that cut arrays into batches."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a batch is shared.

    Attributes:
        devices: how many share it.
        any_size: whether a batch that does not divide by them is right all the same.
    """

    devices: int
    any_size: bool


ALONE = Sharing(1, True)


def shared_batch(batch: int, devices: int, samples: int | None = None) -> int:
    """The batch size to take so that several devices can share each batch.

    TensorFlow hands a short batch out in parts of equal size, rounded up, until nothing is left: of 5
    samples four devices get 2, 2, 1 and 0. A batch normalization over no sample is NaN, for all devices
    and for ever. And the first batch, from which Keras builds the model, must divide.

    Args:
        batch: the size that the code asks for, at least 1.
        devices: how many share a batch.
        samples: how many there are; None where that does not matter.

    Returns:
        `batch`, rounded up until it divides by the devices and leaves none of them without a sample. Where
        no larger one does it, the next smaller one; where none does at all, one whose first batch divides.
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
    """Have a loaded Keras take batches that devices can share.

    Only `fit` says so: there the size of a batch is part of what the model learns.

    Args:
        module: the Keras.
        sharing: tells how a batch is shared now.
        say: hears what the user should know.

    Returns:
        What gives the Keras its own methods back.
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
    """Change the batch sizes among the arguments of a method."""
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
    """The size to take for one that was asked for; what is no size is left for Keras to refuse."""
    if not hasattr(batch, "__index__") or batch < 1:
        return batch
    return shared_batch(int(batch), now.devices, None if now.any_size else samples)


def _samples(data: Any) -> int | None:
    """How many samples arrays have, in whatever structure they are; None of what is no array."""
    return _first_dimension(_first(data))


def _first(structure: Any) -> Any:
    while isinstance(structure, (Mapping, list, tuple)) and structure:
        structure = next(iter(structure.values() if isinstance(structure, Mapping) else structure))
    return structure


def _first_dimension(array: Any) -> int | None:
    """That of an array, or of what tells the shape of one; None where it has none or it is not known."""
    shape = getattr(array, "shape", None)
    dimensions = tuple(shape) if shape is not None and getattr(shape, "rank", 0) is not None else ()
    return None if not dimensions or dimensions[0] is None else int(dimensions[0])


def _say_of_dataset(data: Any, devices: int, say: Say) -> None:
    """Say what a `tf.data.Dataset` is to end with, whose batches are made already."""
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
    """Nothing to be said."""
