"""Construction of a plan from the machine, the installed packages and the request, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    threads = max(machine.cores // workers.most, 1) if workers.most > 1 else None
    policy, _ = precision(on.kind, workers.used, engine)
    fraction = memory_fraction(engine, on.kind, request.per_gpu if workers.shared else 1)
    with_tensorflow = on.kind != "cpu" and installed.can_drive("tensorflow", on.kind)
    reasons, noted = _said(engine, on, workers, request, environment)
    no_wheels = on.kind == "nvidia" and engine.name == "tensorflow" and not installed.cuda_wheels

    def settings(devices: tuple[Device, ...]) -> dict[str, str]:
        wanted = {
            **engine.environment,
            **(visibility(on.kind, devices) if on.kind != "cpu" and not request.here else {}),
            **growth(engine, workers.shared, with_tensorflow),
            **(hiding(engine) if request.accelerator == "cpu" else {}),
        }
        return {k: v for k, v in wanted.items() if k in OVERRULING or not environment.get(k)}

    return Plan(
        accelerator=on.kind,
        workers=tuple(WorkerPlan(devices, settings(devices)) for devices in workers.devices),
        grows=workers.most > len(workers.devices),
        threads=threads,
        backend=engine.backend,
        acceleration=Acceleration(
            precision=policy if request.mixed_precision else "",
            jit=request.jit and engine.keras,
            strategy=_strategy(on, request, engine),
            memory_fraction=fraction,
            device="" if on.kind == "cpu" else "tpu" if on.kind == "tpu" else "gpu",
        ),
        reasons=(*reasons, *noted),
        ignored=(*machine.ignored, *on.ignored, *workers.ignored),
        notes=(
            *noted,
            *map(ignored_text, on.notes),
            *([_NO_WHEELS] if no_wheels else []),
            *_unlike(workers.used),
            *_left_alone(machine, request, engine),
            *held_notes(workers.used, here=request.here),
        ),
        headline=_headline(on, workers, threads, machine.cores, engine, request),
    )


_NO_WHEELS = (
    "TensorFlow came without CUDA and computes on the CPU unless this machine has the right one; "
    'pip install "tensorflow[and-cuda]" brings it'
)


def _said(
    engine: Engine, on: Chosen, workers: Placed, request: DeviceRequest, environment: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Return the reasons of a plan, and those worth a note: parts of the request that are not met."""
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


_JIT = "Keras compiles what it trains: --jit"
_NO_JIT = "--jit has no effect: it is for what Keras trains, and the template does not use Keras"


def _strategy(on: Chosen, request: DeviceRequest, engine: Engine) -> Literal["", "data parallel", "tpu"]:
    if on.kind == "tpu" and engine.name == "tensorflow":
        return "tpu"
    return "data parallel" if request.gpus_per_trial > 1 else ""


def _left_alone(machine: Machine, request: DeviceRequest, engine: Engine) -> Iterable[str]:
    """Yield notes on devices that the template may use on its own."""
    kinds = {device.kind for device in machine.devices}
    if engine.name == "torch" and not engine.keras and request.accelerator == "cpu" and "apple" in kinds:
        yield "--accelerator cpu cannot hide an Apple GPU from PyTorch: it is the template that chooses there"
    unseen = engine.name is None and engine.backend is None
    if unseen and request.accelerator == "auto" and not request.here and kinds:
        what: Accelerator = "gpu" if kinds - {"tpu"} else "tpu"
        number = sum((device.kind == "tpu") == (what == "tpu") for device in machine.devices)
        noun = "TPU chip" if what == "tpu" else "GPU"
        there = f"{counted(number, noun)} {'is' if number == 1 else 'are'} there"
        gives = "gives each worker one" if number > 1 and what == "gpu" else "gives it to the worker"
        yield f"{there}, and {UNSEEN}: --accelerator {what} {gives}"


def _unlike(gpus: Sequence[Device]) -> Iterable[str]:
    """Yield a note if the GPUs are of several models."""
    if len({gpu.name for gpu in gpus}) < 2 or gpus[0].kind == "tpu":
        return
    choosing = "".join(f"; {VISIBLE[kind]} chooses among them" for kind in {gpus[0].kind} & VISIBLE.keys())
    differ = "the GPUs differ, and so do the speed and the memory of the trials on them"
    yield f"{devices_text(gpus)}: {differ}{choosing}"


def _headline(
    on: Chosen, workers: Placed, threads: int | None, cores: int, engine: Engine, request: DeviceRequest
) -> str:
    up_to = "up to " if workers.most > len(workers.devices) else ""
    count = f"{up_to}{counted(workers.most, 'worker')}"
    if on.kind == "cpu":
        # JAX's thread pool is as large as the scheduler's affinity allows; no setting changes that.
        each = "" if threads is None or engine.name == "jax" else f", {counted(threads, 'thread')} each"
        return f"{count} on CPU ({counted(cores, 'core')}{each}), {engine.label}"
    used = workers.used
    share = ""
    if request.gpus_per_trial > 1 and on.kind != "tpu":
        share = f" ({request.gpus_per_trial} GPUs each)" if len(workers.devices) > 1 else " (data-parallel)"
    elif len(used) > 1 and on.kind != "tpu":
        share = _share(workers, len(used))
    what = devices_text(used)
    if on.kind == "tpu" and one_chip(on.devices, request, engine):
        what = f"{on.devices[0].name} (1 of {len(on.devices)} chips)"
    return f"{count} on {what}{share}, {engine.label}"


def _share(workers: Placed, devices: int) -> str:
    """Describe how many workers each of several devices has."""
    most = -(-len(workers.devices) // devices)
    if most == 1:
        return " (1 each)"
    return f" ({'up to ' if len(workers.devices) % devices else ''}{most} on each)"
