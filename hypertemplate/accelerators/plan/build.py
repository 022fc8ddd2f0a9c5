"""Construction of a plan from the machine, the installed packages and the request, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hypertemplate.accelerators.detect.installed import Installed
from hypertemplate.accelerators.detect.machine import Device, Machine
from hypertemplate.accelerators.plan.busy_devices import held_notes
from hypertemplate.accelerators.plan.device_choice import ASKED, UNSEEN, Chosen, chosen
from hypertemplate.accelerators.plan.device_request import Accelerator, DeviceRequest
from hypertemplate.accelerators.plan.environment import (
    OVERRULING,
    VISIBLE,
    growth,
    growth_reason,
    hiding,
    kept_from_growth,
    memory_fraction,
    precision,
    visibility,
)
from hypertemplate.accelerators.plan.framework import Engine, engine_of
from hypertemplate.accelerators.plan.messages import devices_text, ignored_text
from hypertemplate.accelerators.plan.plan import Plan, WorkerPlan
from hypertemplate.accelerators.plan.workers_per_device import Placed, one_chip, placed
from hypertemplate.compiler.frameworks_used import Line, Use, Used
from hypertemplate.runtime.protocol import Acceleration
from hypertemplate.units import counted

KERAS = Used((Use("keras", Line("", 1, "import keras")),))
"""Use of Keras alone, for a template that is not known; its line has no place."""

_NO_WHEELS = (
    "TensorFlow came without CUDA and computes on the CPU unless this machine has the right one; "
    'pip install "tensorflow[and-cuda]" brings it'
)

_JIT = "Keras compiles what it trains: --jit"
_NO_JIT = "--jit has no effect: it is for what Keras trains, and the template does not use Keras"


def planned(
    machine: Machine,
    request: DeviceRequest,
    installed: Installed,
    used: Used,
    environment: Mapping[str, str],
) -> Plan:
    """Plan a search, with reasons.

    Args:
        machine: the detected machine.
        request: the user's request.
        installed: the installed frameworks. Only a try can show that a build of TensorFlow really drives
            TPUs; if it does not, pass `Installed.without` them.
        used: the frameworks that the template imports.
        environment: environment variables of the driver, and so of the workers; the user's values take
            precedence over the plan's, except for variables that select devices.

    Raises:
        UsageError: the template needs a package that is not installed, or the request cannot be met.
    """
    allowed = frozenset(d.kind for d in machine.devices if d.kind in ASKED[request.accelerator])
    engine = engine_of(used, installed, environment, allowed)
    on = chosen(machine, request.accelerator, engine, installed, environment)
    workers = placed(on, request, engine, machine)
    decided = _Decisions(machine, request, installed, engine, on, workers)
    reasons, noted = decided.said(environment)
    return Plan(
        accelerator=on.kind,
        workers=tuple(
            WorkerPlan(devices, decided.settings(devices, environment)) for devices in workers.devices
        ),
        grows=workers.most > len(workers.devices),
        threads=decided.threads,
        backend=engine.backend,
        acceleration=decided.acceleration(),
        reasons=(*reasons, *noted),
        ignored=(*machine.ignored, *on.ignored, *workers.ignored),
        notes=(*noted, *decided.notes()),
        headline=decided.headline(),
    )


@dataclass(frozen=True, slots=True)
class _Decisions:
    """Decisions of a plan, and what follows from them.

    Attributes:
        machine: the detected machine.
        request: the user's request.
        installed: the installed frameworks.
        engine: the framework that computes.
        on: the devices.
        workers: the workers on them.
    """

    machine: Machine
    request: DeviceRequest
    installed: Installed
    engine: Engine
    on: Chosen
    workers: Placed

    @property
    def threads(self) -> int | None:
        """Number of threads of each worker; None if one worker has them all."""
        most = self.workers.most
        return max(self.machine.cores // most, 1) if most > 1 else None

    def settings(self, devices: tuple[Device, ...], environment: Mapping[str, str]) -> dict[str, str]:
        """Return the environment variables of a worker.

        Args:
            devices: its devices.
            environment: variables of the driver.
        """
        kind, request = self.on.kind, self.request
        with_tensorflow = kind != "cpu" and self.installed.can_drive("tensorflow", kind)
        wanted = {
            **self.engine.environment,
            **(visibility(kind, devices) if kind != "cpu" and not request.here else {}),
            **growth(self.engine, self.workers.shared, with_tensorflow),
            **(hiding(self.engine) if request.accelerator == "cpu" else {}),
        }
        return {k: v for k, v in wanted.items() if k in OVERRULING or not environment.get(k)}

    def acceleration(self) -> Acceleration:
        """Return the settings of the frameworks in a worker."""
        kind, request, engine = self.on.kind, self.request, self.engine
        policy, _ = precision(kind, self.workers.used, engine)
        return Acceleration(
            precision=policy if request.mixed_precision else "",
            jit=request.jit and engine.keras,
            strategy=self._strategy(),
            memory_fraction=memory_fraction(engine, kind, request.per_gpu if self.workers.shared else 1),
            device="" if kind == "cpu" else "tpu" if kind == "tpu" else "gpu",
        )

    def _strategy(self) -> Literal["", "data parallel", "tpu"]:
        if self.on.kind == "tpu" and self.engine.name == "tensorflow":
            return "tpu"
        return "data parallel" if self.request.gpus_per_trial > 1 else ""

    def said(self, environment: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """Return the reasons, and those worth a note: parts of the request that are not met."""
        engine, on, workers, request = self.engine, self.on, self.workers, self.request
        reasons = [*engine.reasons, on.reason, *workers.reasons]
        noted = [*workers.noted]
        if workers.shared:
            fraction = memory_fraction(engine, on.kind, request.per_gpu)
            kept = kept_from_growth(engine, environment)
            (noted if kept else reasons).append(kept or growth_reason(engine, fraction))
        if request.mixed_precision:
            policy, why = precision(on.kind, workers.used, engine)
            (reasons if policy else noted).append(why)
        if request.jit:
            (reasons if engine.keras else noted).append(_JIT if engine.keras else _NO_JIT)
        return reasons, noted

    def notes(self) -> Iterator[str]:
        """Yield the notes on the devices."""
        yield from map(ignored_text, self.on.notes)
        on_nvidia = self.on.kind == "nvidia" and self.engine.name == "tensorflow"
        if on_nvidia and not self.installed.cuda_wheels:
            yield _NO_WHEELS
        yield from _unlike(self.workers.used)
        yield from self._left_alone()
        yield from held_notes(self.workers.used, here=self.request.here)

    def _left_alone(self) -> Iterator[str]:
        """Yield notes on devices that the template may use on its own."""
        request, engine = self.request, self.engine
        kinds = {device.kind for device in self.machine.devices}
        if engine.name == "torch" and not engine.keras and request.accelerator == "cpu" and "apple" in kinds:
            template = "the template itself chooses"
            yield f"--accelerator cpu cannot hide an Apple GPU from PyTorch: {template}"
        unseen = engine.name is None and engine.backend is None
        if unseen and request.accelerator == "auto" and not request.here and kinds:
            what: Accelerator = "gpu" if kinds - {"tpu"} else "tpu"
            number = sum((device.kind == "tpu") == (what == "tpu") for device in self.machine.devices)
            noun = "TPU chip" if what == "tpu" else "GPU"
            there = f"there {'is' if number == 1 else 'are'} {counted(number, noun)}"
            gives = "gives each worker one" if number > 1 and what == "gpu" else "gives it to the worker"
            yield f"{there}, but {UNSEEN}: --accelerator {what} {gives}"

    def headline(self) -> str:
        """Return the line that says what a search runs on."""
        on, workers, engine, cores = self.on, self.workers, self.engine, self.machine.cores
        up_to = "up to " if workers.most > len(workers.devices) else ""
        count = f"{up_to}{counted(workers.most, 'worker')}"
        if on.kind == "cpu":
            # JAX's thread pool is as large as the scheduler's affinity allows; no setting changes that.
            threads = None if engine.name == "jax" else self.threads
            each = "" if threads is None else f", {counted(threads, 'thread')} per worker"
            return f"{count} on CPU ({counted(cores, 'core')}{each}), {engine.label}"
        what = devices_text(workers.used)
        if on.kind == "tpu" and one_chip(on.devices, self.request, engine):
            what = f"{on.devices[0].name} (1 of {len(on.devices)} chips)"
        return f"{count} on {what}{self._share()}, {engine.label}"

    def _share(self) -> str:
        """Say how many GPUs a worker has, or how many workers a GPU has; nothing of TPUs and a single one."""
        gpus, workers = self.request.gpus_per_trial, self.workers
        if self.on.kind == "tpu":
            return ""
        if gpus > 1:
            return f" ({gpus} GPUs each)" if len(workers.devices) > 1 else " (data-parallel)"
        return _workers_on_each(workers, len(workers.used)) if len(workers.used) > 1 else ""


def _unlike(gpus: Sequence[Device]) -> Iterable[str]:
    """Yield a note if the GPUs are of several models."""
    if len({gpu.name for gpu in gpus}) < 2 or gpus[0].kind == "tpu":
        return
    choosing = "".join(f"; {VISIBLE[kind]} chooses among them" for kind in {gpus[0].kind} & VISIBLE.keys())
    differ = "the GPUs differ, and so do the speed and the memory of the trials on them"
    yield f"{devices_text(gpus)}: {differ}{choosing}"


def _workers_on_each(workers: Placed, devices: int) -> str:
    """Describe how many workers each of several devices has."""
    most = -(-len(workers.devices) // devices)
    if most == 1:
        return " (1 each)"
    return f" ({'up to ' if len(workers.devices) % devices else ''}{most} on each)"
