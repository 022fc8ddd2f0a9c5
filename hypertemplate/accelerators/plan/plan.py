"""What is made of a machine for a search: how many workers, with which devices, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from hypertemplate.accelerators.detect.machine import Device, Ignored, Kind
from hypertemplate.runtime.protocol import Acceleration


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
