"""The arguments by which the user's own code says what a search runs on."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Literal, TypedDict, get_args

from hypertemplate.accelerators.plan.plan import Accelerator, Wishes
from hypertemplate.errors import UsageError

if TYPE_CHECKING:
    from typing_extensions import Unpack

Workers = int | Literal["auto"] | None


class Devices(TypedDict, total=False):
    """Arguments of `hypertemplate.tune` that `hypertemplate.optim`'s calls take too.

    Attributes:
        accelerator: ``auto`` (the default), ``cpu``, ``gpu`` or ``tpu``; for worker processes.
        per_gpu: how many trials run on each GPU at once, by default 1; for worker processes.
        gpus_per_trial: over how many GPUs each trial runs data-parallel, by default 1; for worker processes.
        mixed_precision: whether Keras computes in 16 bits where the device is made for it.
        jit: whether Keras compiles what it trains, where the code does not say.
        oom_loss: the loss that the sampler learns of a trial which the device had no memory for.
    """

    accelerator: Accelerator
    per_gpu: int
    gpus_per_trial: int
    mixed_precision: bool
    jit: bool
    oom_loss: float | None


def wished(workers: Workers, *, here: bool, **devices: Unpack[Devices]) -> tuple[Wishes, float | None]:
    """Check the arguments.

    Args:
        workers: how many worker processes; ``auto`` for as many as fit; None for what the plan finds right.
        here: whether trials run in this process.
        **devices: what was given.

    Returns:
        What the search is to run on, and the loss of a trial without memory.

    Raises:
        UsageError: an argument that cannot be, or that needs worker processes.
    """
    given: dict[str, Any] = dict(devices)
    unknown = sorted(given.keys() - Devices.__annotations__.keys())
    if unknown:
        raise UsageError(f"there is no argument {unknown[0]}")
    oom_loss = given.pop("oom_loss", None)
    if oom_loss is not None and not _is_loss(oom_loss):
        raise UsageError(f"oom_loss must be a finite number or None, got {oom_loss!r}")
    if workers is not None and workers != "auto":
        at_least_one("workers", workers, ' or "auto"')
    for name in ("per_gpu", "gpus_per_trial"):
        at_least_one(name, given.get(name, 1))
    for name in ("mixed_precision", "jit"):
        if not isinstance(given.get(name, False), bool):
            raise UsageError(f"{name} must be True or False, got {given[name]!r}")
    choices = get_args(Accelerator)
    if given.get("accelerator", "auto") not in choices:
        raise UsageError(f"accelerator must be one of {', '.join(choices)}, got {given['accelerator']!r}")
    wishes = Wishes(workers=workers, **given)
    if here:
        for name in ("accelerator", "per_gpu", "gpus_per_trial"):
            if getattr(wishes, name) != getattr(Wishes(), name):
                raise UsageError(
                    f"{name} is for trials in worker processes: give workers too, such as workers=1"
                )
        wishes = dataclasses.replace(wishes, workers=1)
    return wishes, oom_loss


def _is_loss(value: object) -> bool:
    """Whether a sampler can learn of it."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def at_least_one(name: str, count: object, otherwise: str = "") -> None:
    """Check a count.

    Args:
        name: of the argument.
        count: its value.
        otherwise: what else it may be, for the message.

    Raises:
        UsageError: it is no whole number of at least 1.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise UsageError(f"{name} must be a whole number of at least 1{otherwise}, got {count!r}")
