"""Number of workers of a search, and the devices of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypertemplate.accelerators.detect.machine import Device, Ignored, Machine
from hypertemplate.accelerators.plan.busy_devices import holders_of
from hypertemplate.accelerators.plan.device_choice import Chosen
from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.accelerators.plan.framework import Engine
from hypertemplate.accelerators.plan.messages import devices_text
from hypertemplate.errors import UsageError
from hypertemplate.units import counted, size_text


@dataclass(frozen=True, slots=True)
class Placed:
    """Workers and their devices.

    Attributes:
        devices: devices of each worker; none on the CPU.
        most: most workers that may run; those beyond `devices` start after the first trial.
        reasons: reasons for the number of workers.
        ignored: devices that no worker has.
        noted: notes for the user, such as parts of the request that are not met, and why.
    """

    devices: tuple[tuple[Device, ...], ...]
    most: int
    reasons: tuple[str, ...]
    ignored: tuple[Ignored, ...] = ()
    noted: tuple[str, ...] = ()

    @property
    def shared(self) -> bool:
        """True if several workers share a device."""
        return sum(map(len, self.devices)) > len(self.used)

    @property
    def used(self) -> tuple[Device, ...]:
        """Devices that some worker has, each once."""
        return tuple(dict.fromkeys(device for own in self.devices for device in own))


def placed(chosen: Chosen, request: DeviceRequest, engine: Engine, machine: Machine) -> Placed:
    """Place workers on devices.

    Raises:
        UsageError: the request contradicts itself, or there are too few devices for it.
    """
    for option, count in (("workers", request.workers), ("per_gpu", request.per_gpu)):
        if isinstance(count, int) and count > LARGEST:
            raise UsageError(f"{{{option}}} {count}: no machine is made for more than {LARGEST}", option)
    if request.per_gpu > 1 and request.gpus_per_trial > 1:
        raise UsageError(
            "{per_gpu} has trials share a GPU, {gpus_per_trial} has a trial use several: give one of them",
            "per_gpu",
            ("gpus_per_trial",),
        )
    if chosen.kind == "cpu":
        return _on_cpu(request, machine)
    if chosen.kind == "tpu":
        return _on_tpu(chosen.devices, request, engine)
    return _on_gpus(chosen.devices, request, engine, machine)


def _on_cpu(request: DeviceRequest, machine: Machine) -> Placed:
    if request.gpus_per_trial > 1:
        needed = request.gpus_per_trial
        raise UsageError(
            f"{{gpus_per_trial}} {needed} needs {needed} GPUs, and the search runs on the CPU",
            "gpus_per_trial",
        )
    noted = ("--per-gpu has no effect on a CPU",) if request.per_gpu > 1 else ()
    if request.here:
        return _workers_on_cpu(1, _HERE, noted)
    if request.workers is None:
        return _workers_on_cpu(1, "1 worker: on a CPU, --workers N or --workers auto starts more", noted)
    if request.workers != "auto":
        workers, reason = _at_most(request, request.workers, f"--workers {request.workers}")
        if workers < request.workers:
            return Placed(((),) * workers, workers, (), noted=(reason, *noted))
        return _workers_on_cpu(workers, reason, noted)
    if request.one_worker:
        return Placed(((),), 1, (), noted=(_one_at_a_time(request), *noted))
    most = auto_workers(machine.cores, machine.memory_bytes, None)
    if most == 1:
        return _workers_on_cpu(1, "1 worker: there is one core", noted)
    limit = f"at most {MOST_WORKERS}" if machine.cores > MOST_WORKERS else "one for each core"
    if request.most is not None and request.most < most:
        most, limit = max(request.most, 1), _left(request.most)
        if most == 1:
            return _workers_on_cpu(1, f"1 worker: {limit}", noted)
    growing = f"up to {most} workers: {limit}, as many as have the memory that the first trial takes"
    return Placed(((),), most, (growing,), noted=noted)


def _workers_on_cpu(number: int, reason: str, noted: tuple[str, ...]) -> Placed:
    return Placed(((),) * number, number, (reason,), noted=noted)


_HERE = "1 worker: trials run in this process"


def _at_most(request: DeviceRequest, workers: int, why: str) -> tuple[int, str]:
    """Limit the number of workers to the trials left to run; return it with its reason."""
    if request.most is not None and request.most < workers:
        workers, why = max(request.most, 1), _left(request.most)
    return workers, f"{counted(workers, 'worker')}: {why}"


def _left(most: int) -> str:
    return "one trial is left to run" if most == 1 else f"{most} trials are left to run"


def _one_at_a_time(request: DeviceRequest) -> str:
    return f"1 worker: {request.one_worker}"


def _on_tpu(chips: tuple[Device, ...], request: DeviceRequest, engine: Engine) -> Placed:
    """Place one worker on all chips: a TPU serves one process."""
    if isinstance(request.workers, int) and request.workers > 1:
        raise UsageError(
            f"{{workers}} {request.workers}: a TPU serves one process at a time, so one worker", "workers"
        )
    if request.per_gpu > 1:
        raise UsageError(f"{{per_gpu}} {request.per_gpu}: a TPU serves one process at a time", "per_gpu")
    reasons = ["1 worker: a TPU serves one process at a time, and trials run in it one after another"]
    together = request.gpus_per_trial
    if together > 1:
        if together != len(chips):
            on_all = f" or on all {len(chips)}" if len(chips) > 1 else ", and there is one"
            raise UsageError(
                f"{{gpus_per_trial}} {together}: on a TPU a trial runs on one chip{on_all}", "gpus_per_trial"
            )
        _check_data_parallel(engine, together)
        reasons.append(f"each trial runs data-parallel on all {together} chips: --gpus-per-trial {together}")
    elif engine.name == "tensorflow":
        reasons.append("trials run under TensorFlow's TPUStrategy, on all chips")
    elif one_chip(chips, request, engine):
        everywhere = f"--gpus-per-trial {len(chips)} has it run on all"
        noted = (f"a trial runs on one of the {len(chips)} chips: {everywhere}",)
        return Placed((chips,), 1, tuple(reasons), noted=noted)
    return Placed((chips,), 1, tuple(reasons))


def one_chip(chips: Sequence[Device], request: DeviceRequest, engine: Engine) -> bool:
    """Return True if a trial uses only one of a TPU's chips, as Keras on JAX does by default."""
    return len(chips) > 1 and request.gpus_per_trial == 1 and engine.keras and engine.name == "jax"


def _on_gpus(gpus: tuple[Device, ...], request: DeviceRequest, engine: Engine, machine: Machine) -> Placed:
    together = request.gpus_per_trial
    if together > 1:
        _check_data_parallel(engine, together)
        _check_enough(gpus, together)
    groups = len(gpus) // together
    room = groups * request.per_gpu
    workers, reason, limited = _workers_on_gpus(request, machine, gpus, room)
    reasons = [] if limited else [reason]
    if together > 1:
        reasons.append(f"each trial runs data-parallel on {together} GPUs: --gpus-per-trial {together}")
    used = _best(gpus, min(workers, groups) * together, request)
    left = [gpu for gpu in gpus if gpu not in used]
    why = reason if workers < groups else f"a trial takes {together} of {len(gpus)} GPUs"
    ignored = (Ignored(devices_text(left), why),) if left else ()
    starts = range(0, len(used), together)
    given = [used[start : start + together] for start in starts]
    devices = tuple(given[n % len(given)] for n in range(workers))
    return Placed(devices, workers, tuple(reasons), ignored, noted=(reason,) if limited else ())


def _best(gpus: tuple[Device, ...], number: int, request: DeviceRequest) -> tuple[Device, ...]:
    """Choose GPUs: free ones first, then the newer and the larger; keep their order."""

    def badness(gpu: Device) -> tuple[bool, int, int, int]:
        major, minor = gpu.capability or (0, 0)
        return bool(holders_of(gpu, here=request.here)), -major, -minor, -(gpu.memory_bytes or 0)

    best = sorted(gpus, key=badness)[:number]
    return tuple(gpu for gpu in gpus if gpu in best)


def _workers_on_gpus(
    request: DeviceRequest, machine: Machine, gpus: tuple[Device, ...], room: int
) -> tuple[int, str, bool]:
    """Return the number of workers, the reason, and whether they are fewer than the user may expect."""
    if request.here:
        return 1, _HERE, False
    each = "one for each GPU" if len(gpus) > 1 else "there is one GPU"
    if request.per_gpu > 1:
        each = f"--per-gpu {request.per_gpu}"
    elif request.gpus_per_trial > 1:
        each = f"{request.gpus_per_trial} GPUs for each"
    if isinstance(request.workers, int):
        if request.workers > room:
            have = f"{counted(len(gpus), 'GPU')} {'has' if len(gpus) == 1 else 'have'} room for {room}"
            per_gpu = -(-request.workers // len(gpus))
            more = f", {each}" if request.gpus_per_trial > 1 else f"; {{per_gpu}} {per_gpu} makes room"
            raise UsageError(f"{{workers}} {request.workers}: {have}{more}", "workers", ("per_gpu",))
        workers, reason = _at_most(request, request.workers, f"--workers {request.workers}")
        return workers, reason, workers < request.workers
    if request.one_worker:
        return 1, _one_at_a_time(request), room > 1
    fitting = device_workers(room, machine.memory_bytes)
    if fitting < min(room, room if request.most is None else request.most):
        little = f"{size_text(machine.memory_bytes or 0)} of memory has room for no more"
        all_the_same = f"--workers {room} starts them anyway"
        return fitting, f"{counted(fitting, 'worker')}: {little}; {all_the_same}", True
    return (*_at_most(request, room, each), False)


def _check_data_parallel(engine: Engine, together: int) -> None:
    if not (engine.keras and engine.name in ("tensorflow", "jax")):
        raise UsageError(
            f"{{gpus_per_trial}} {together}: Keras on tensorflow and on jax can run a trial data-parallel, "
            f"and this template computes with {engine.label}",
            "gpus_per_trial",
        )


def _check_enough(gpus: Sequence[Device], together: int) -> None:
    if together > len(gpus):
        there = "there is one" if len(gpus) == 1 else f"there are {len(gpus)}"
        raise UsageError(
            f"{{gpus_per_trial}} {together} needs {together} GPUs, and {there}", "gpus_per_trial"
        )
    if any(gpu.address.startswith("MIG-") for gpu in gpus):
        raise UsageError(
            f"{{gpus_per_trial}} {together}: CUDA shows a process one MIG slice, never several",
            "gpus_per_trial",
        )


LARGEST = 1000
"""Most processes on a machine or a device; more is treated as a typing error."""

MOST_WORKERS = 8
"""Most workers that start on a CPU by default."""

SPARED = 0.2
"""Fraction of the memory that stays free when workers are counted."""

DEVICE_WORKER_BYTES = 2 * 1024**3
"""Main memory, not device memory, that one worker with a device is assumed to need."""


def auto_workers(cores: int, memory_bytes: int | None, first_trial_bytes: int | None) -> int:
    """Choose the number of workers where the user leaves it open: at least 1, at most `MOST_WORKERS`.

    Args:
        cores: number of cores; each gets one worker.
        memory_bytes: memory for all workers together; None if unknown.
        first_trial_bytes: peak resident memory of a worker in its first trial; None before that.
    """
    most = min(cores, MOST_WORKERS)
    if first_trial_bytes:
        most = min(most, _fitting(memory_bytes, first_trial_bytes, most))
    return max(most, 1)


def device_workers(wanted: int, memory_bytes: int | None) -> int:
    """Limit the number of workers on devices to what main memory has room for, at least 1."""
    return max(min(wanted, _fitting(memory_bytes, DEVICE_WORKER_BYTES, wanted)), 1)


def _fitting(memory_bytes: int | None, each_bytes: int, unknown: int) -> int:
    if memory_bytes is None:
        return unknown
    return int(memory_bytes * (1 - SPARED)) // each_bytes
