"""Detection of this process's machine, and the plan for a program on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hypertemplate.accelerators.detect.host import here
from hypertemplate.accelerators.detect.installed import Installed, installed
from hypertemplate.accelerators.detect.machine import Ignored, Machine
from hypertemplate.accelerators.detect.probes import find
from hypertemplate.accelerators.detect.tpu_check import tensorflow_drives_tpu
from hypertemplate.accelerators.plan.build import KERAS, planned
from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.compiler.frameworks_used import Used, frameworks
from hypertemplate.compiler.program import Program


@dataclass(frozen=True, slots=True)
class Sight:
    """Machine, frameworks and environment of this process.

    Attributes:
        machine: cores, memory, accelerators.
        installed: installed frameworks.
        environment: environment variables of this process.
    """

    machine: Machine
    installed: Installed
    environment: Mapping[str, str]


def look() -> Sight:
    """Detect the machine and the frameworks in less than two seconds; load no framework, touch no device."""
    surroundings = here()
    return Sight(find(surroundings), installed(surroundings), surroundings.environment)


def plan_for(program: Program | None, request: DeviceRequest, sight: Sight) -> Plan:
    """Plan a search of a program, with reasons.

    This takes longer only if there is a TPU and a TensorFlow built for it, and the program imports
    TensorFlow: TensorFlow then has to try, in a separate process.

    Args:
        program: the template's program; None for one that imports only Keras.
        request: the user's request.
        sight: machine, frameworks and environment.

    Raises:
        UsageError: the program needs a package that is not installed, or the request cannot be met.
    """
    used = KERAS if program is None else frameworks(program)
    machine, there = sight.machine, sight.installed
    if program is not None and program.writes:
        request = replace(request, one_worker=f"every trial writes {', '.join(program.writes)}")
    if _may_drive_a_tpu(sight, request, used) and (why := tensorflow_drives_tpu()):
        there = there.without("tensorflow", "tpu")
        machine = replace(machine, ignored=(*machine.ignored, Ignored("the TPU, for TensorFlow", why)))
    return planned(machine, request, there, used, sight.environment)


def _may_drive_a_tpu(sight: Sight, request: DeviceRequest, used: Used) -> bool:
    """Return True if a TensorFlow built for TPUs would get one."""
    chips = [device for device in sight.machine.devices if device.kind == "tpu"]
    return (
        request.accelerator in ("auto", "tpu")
        and (used.keras or "tensorflow" in used.names)
        and bool(chips)
        and not any(chip.holders for chip in chips)  # the check would fail; the plan names the holder
        and sight.installed.can_drive("tensorflow", "tpu")
    )
