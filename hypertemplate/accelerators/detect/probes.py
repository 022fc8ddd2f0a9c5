"""Detection of the whole machine: all probes, one after another."""

from __future__ import annotations

from hypertemplate.accelerators.detect.amd import Amd
from hypertemplate.accelerators.detect.apple import Apple
from hypertemplate.accelerators.detect.cpu import available_cores, available_memory
from hypertemplate.accelerators.detect.host import Surroundings
from hypertemplate.accelerators.detect.machine import Machine
from hypertemplate.accelerators.detect.nvidia.nvidia import Nvidia
from hypertemplate.accelerators.detect.tpu import Tpu

# At most one probe runs commands on any machine: together they take no longer than one command may.
PROBES = (Nvidia, Amd, Apple, Tpu)
"""Probes for accelerators, the most common first."""


def find(surroundings: Surroundings) -> Machine:
    """Detect the machine around a process. It loads no framework, takes no device, and raises nothing."""
    found = [probe(surroundings).found() for probe in PROBES]
    return Machine(
        cores=available_cores(surroundings),
        memory_bytes=available_memory(surroundings),
        devices=tuple(device for each in found for device in each.devices),
        ignored=tuple(ignored for each in found for ignored in each.ignored),
    )
