"""Keyword arguments for the devices of a search, and the spelling of parameters in errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from hypertemplate.accelerators.plan.device_request import Accelerator
from hypertemplate.errors import HypertemplateError, Spelling, UsageError
from hypertemplate.runtime.protocol import Checkpoint
from hypertemplate.search.pruners.factory import Method


class Devices(TypedDict, total=False):
    """Keyword arguments that both `hypertemplate.tune` and the calls of `hypertemplate.optim` take.

    Attributes:
        accelerator: ``auto`` (the default), ``cpu``, ``gpu`` or ``tpu``; for worker processes.
        per_gpu: number of trials that run on each GPU at once, by default 1; for worker processes.
        gpus_per_trial: number of GPUs over which each trial runs data-parallel, by default 1; for worker
            processes.
        mixed_precision: whether Keras computes in 16 bits where the device supports it.
        jit: whether Keras compiles the models that it trains, where the code does not say.
        oom_loss: loss that the sampler is given for a trial that ran out of the device's memory.
        prune: rule by which trials are stopped early: ``asha``, ``fast``, ``median``, or ``none``.
        prune_on: metric by which they are, as ``NAME[:min|:max]``.
        prune_fit: fit of a trial that has it: ``last``, or a number from 1.
        checkpoint: weights that models are kept with where trials are judged by an epoch of a fit: those
            of that epoch (``best``, the default) or of the ``last`` one.
    """

    accelerator: Accelerator
    per_gpu: int
    gpus_per_trial: int
    mixed_precision: bool
    jit: bool
    oom_loss: float | None
    checkpoint: Checkpoint
    prune: Method | None
    prune_on: str | None
    prune_fit: str | int | None


def check_devices(devices: Mapping[str, object]) -> None:
    """Check that keyword arguments are known.

    Raises:
        UsageError: a keyword argument is unknown.
    """
    unknown = sorted(devices.keys() - Devices.__annotations__.keys())
    if unknown:
        raise UsageError(f"there is no argument {unknown[0]}")


def as_argument(parameter: str) -> str:
    """Spell a parameter as an argument of `hypertemplate.tune`."""
    return {"algorithm": "algo"}.get(parameter, parameter)


class told_briefly:
    """Context manager that removes the package's frames from its own errors: the message says everything.

    Args:
        spelling: function that spells a parameter in messages.
    """

    def __init__(self, spelling: Spelling = as_argument) -> None:
        self._spelling = spelling

    def __enter__(self) -> None:
        """Do nothing: only the end of the context matters."""

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> None:
        if isinstance(error, UsageError):
            error.spelling = self._spelling
        if isinstance(error, HypertemplateError):
            raise error.with_traceback(None) from None
