"""The arguments by which the user's own code says what a search runs on, and how errors name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from hypertemplate.accelerators.plan.device_request import Accelerator
from hypertemplate.errors import HypertemplateError, Spelling, UsageError


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


def check_devices(devices: Mapping[str, object]) -> None:
    """Check that keyword arguments are known.

    Raises:
        UsageError: one is none.
    """
    unknown = sorted(devices.keys() - Devices.__annotations__.keys())
    if unknown:
        raise UsageError(f"there is no argument {unknown[0]}")


def as_argument(parameter: str) -> str:
    """Spell a parameter as an argument of `hypertemplate.tune`."""
    return {"algorithm": "algo"}.get(parameter, parameter)


class told_briefly:
    """A context in which our own errors leave our frames behind: the message says everything.

    Args:
        spelling: spells a parameter in messages.
    """

    def __init__(self, spelling: Spelling = as_argument) -> None:
        self._spelling = spelling

    def __enter__(self) -> None:
        """Nothing is to be prepared."""

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> None:
        if isinstance(error, UsageError):
            error.spelling = self._spelling
        if isinstance(error, HypertemplateError):
            raise error.with_traceback(None) from None
