"""Plan of a search on a machine: number of workers, their devices, and the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from hypertemplate.accelerators.detect.machine import Device, Ignored, Kind
from hypertemplate.runtime.protocol import Acceleration


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """One worker's devices and environment.

    Attributes:
        devices: devices that it computes on; none for the CPU.
        environment: environment variables that it gets besides the driver's.
    """

    devices: tuple[Device, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Plan:
    """Plan of a search.

    Attributes:
        accelerator: family of all its devices, or ``cpu``.
        workers: workers, at least one.
        grows: whether more workers may start, depending on the memory that the first trial takes.
        threads: number of threads that each worker's libraries may start; None for their defaults.
        backend: Keras's backend, if the template uses Keras 3; else None.
        acceleration: settings that each worker makes before it runs the template's code.
        reasons: reasons, a sentence for each decision.
        ignored: devices that are present but not used, and why.
        notes: notes for the user before the first trial.
        headline: summary in one line, such as ``2 workers on CPU (2 cores, 1 thread per worker), Keras 3.15
            on tensorflow``.
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
