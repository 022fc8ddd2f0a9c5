"""What a machine computes on: all the probes, one after another."""

from __future__ import annotations

from hypertemplate.accelerators.amd import Amd
from hypertemplate.accelerators.apple import Apple
from hypertemplate.accelerators.cores import available_cores, available_memory
from hypertemplate.accelerators.machine import Machine
from hypertemplate.accelerators.nvidia import Nvidia
from hypertemplate.accelerators.surroundings import Surroundings
from hypertemplate.accelerators.tpu import Tpu

# On no machine does more than one of them run commands: together they take no longer than one command may.
PROBES = (Nvidia, Amd, Apple, Tpu)
"""What looks for accelerators, those that most people have first."""


def find(surroundings: Surroundings) -> Machine:
    """The machine around a process. It loads no framework, takes no device, and raises nothing."""
    found = [probe(surroundings).found() for probe in PROBES]
    return Machine(
        cores=available_cores(surroundings),
        memory_bytes=available_memory(surroundings),
        devices=tuple(device for each in found for device in each.devices),
        ignored=tuple(ignored for each in found for ignored in each.ignored),
    )
