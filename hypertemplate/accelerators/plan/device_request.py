"""What a search is asked to run on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Accelerator = Literal["auto", "cpu", "gpu", "tpu"]
"""What the user may ask for."""


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """What the user asked for.

    Attributes:
        accelerator: what to run on; ``auto`` takes the best that is there.
        workers: how many; None for one on a CPU and one for each device else, ``auto`` for as many as fit.
        per_gpu: how many trials at once on each GPU, at least 1.
        gpus_per_trial: over how many GPUs each trial runs data-parallel, at least 1.
        mixed_precision: whether Keras computes in 16 bits where the device is made for it.
        jit: whether Keras compiles what it trains, where the template does not say.
        one_worker: why trials cannot run at once, in words, so that there is one worker unless `workers` is a
            number; else empty.
        most: how many trials are left to run, and so the most workers that have something to do; None for no
            limit.
        here: whether trials run in the process that asks. There is one worker then, it sees what that process
            sees, and what the process itself holds of a device is nothing to say.
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
