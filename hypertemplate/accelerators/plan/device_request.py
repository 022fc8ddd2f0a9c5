"""Request for devices and workers of a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Accelerator = Literal["auto", "cpu", "gpu", "tpu"]
"""Values of ``--accelerator``."""


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """The user's request for devices and workers.

    Attributes:
        accelerator: family of devices; ``auto`` takes the best available.
        workers: number of workers; None for one on a CPU and else one for each device, ``auto`` for as many
            as fit.
        per_gpu: number of concurrent trials on each GPU, at least 1.
        gpus_per_trial: number of GPUs that each trial runs on, data-parallel, at least 1.
        mixed_precision: whether Keras computes in 16 bits if the device is made for it.
        jit: whether Keras compiles models for which the template does not decide that.
        one_worker: reason why trials cannot run concurrently, so that there is one worker unless `workers` is
            a number; else empty.
        most: number of trials left to run, and so the most workers that have work; None for no limit.
        here: whether trials run in the process that asks. There is then one worker, which sees the process's
            devices, and device memory that the process itself holds is not worth a note.
    """

    accelerator: Accelerator = "auto"
    workers: int | Literal["auto"] | None = None
    per_gpu: int = 1
    gpus_per_trial: int = 1
    mixed_precision: bool = False
    jit: bool = False
    one_worker: str = ""
    most: int | None = None
    here: bool = False
