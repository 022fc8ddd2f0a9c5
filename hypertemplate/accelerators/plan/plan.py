"""What is made of a machine for a search: how many workers, with which devices, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from hypertemplate.accelerators.detect.machine import Device, Ignored, Kind
from hypertemplate.runtime.protocol import Acceleration

Accelerator = Literal["auto", "cpu", "gpu", "tpu"]
"""What the user may ask for."""


@dataclass(frozen=True, slots=True)
class Wishes:
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


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """One worker.

    Attributes:
        devices: what it computes on; none for the CPU.
        environment: the variables that it is started with, beside the driver's.
    """

    devices: tuple[Device, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a search runs on.

    Attributes:
        accelerator: the family of all its devices, or ``cpu``.
        workers: at least one.
        grows: whether there may be more workers, as the memory that the first trial takes allows.
        threads: how many each worker's libraries may start; None leaves them as they are.
        backend: Keras's, where the template uses Keras 3; else None.
        acceleration: what each worker sets before the template's own code.
        reasons: why, a sentence for each decision.
        ignored: what is there and is not used, and why.
        notes: what the user should know before the first trial.
        headline: all of it in one line, such as ``2 workers on CPU (2 cores, 1 thread each), Keras 3.15 on
            tensorflow``.
    """

    accelerator: Kind | Literal["cpu"]
    workers: tuple[WorkerPlan, ...]
    grows: bool
    threads: int | None
    backend: str | None
    acceleration: Acceleration
    reasons: tuple[str, ...]
    ignored: tuple[Ignored, ...]
    notes: tuple[str, ...]
    headline: str
