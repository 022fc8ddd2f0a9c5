"""Who computes on NVIDIA's GPUs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.accelerators.detect.host import Surroundings
from hypertemplate.accelerators.detect.machine import Holder, Ignored
from hypertemplate.accelerators.detect.nvidia.procfs import Node
from hypertemplate.accelerators.detect.nvidia.smi import MEBIBYTE, Gpu
from hypertemplate.accelerators.detect.open_files import Opener, openers

COMPUTING = "/dev/nvidia-uvm"
"""What a process has open only if it computes; those that just look, or draw, have not."""

IDLE_BYTES = 256 * MEBIBYTE
"""A GPU with less than this in use has nobody computing on it."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who computes on what.

    Attributes:
        said: the UUID of a GPU or a slice -> the processes that ``nvidia-smi`` names.
        opened: the number of a GPU -> the processes that have it open, where ``nvidia-smi`` names none though
            the GPU is in use: from within a container it sees no processes.
    """

    said: Mapping[str, tuple[Holder, ...]]
    opened: Mapping[int, tuple[Holder, ...]]

    def of(self, gpu: Gpu, uuid: str) -> tuple[Holder, ...]:
        """The processes on a GPU, or on the slice of it that has this UUID."""
        if uuid != gpu.uuid:
            return self.said.get(uuid, ())
        return self.said.get(uuid, ()) or self.opened.get(gpu.index, ())

    def unplaced(self, gpus: Sequence[Gpu]) -> tuple[Ignored, ...]:
        """The processes on a GPU with slices of which it is not known which slice they have."""
        why = "nvidia-smi does not say which slice"
        return tuple(
            Ignored(f"process {holder.process} on a slice of GPU {gpu.index}", why)
            for gpu in gpus
            if gpu.slices
            for holder in self.said.get(gpu.uuid, ())
        )


def holding(
    surroundings: Surroundings,
    files: Sequence[Node],
    gpus: Sequence[Gpu],
    said: Mapping[str, tuple[Holder, ...]],
) -> Holding:
    """Who computes on these GPUs, by what ``nvidia-smi`` said and by the device files that are open."""
    unexplained = [gpu for gpu in gpus if not gpu.sliced and not said.get(gpu.uuid) and _in_use(gpu)]
    paths = {gpu.index: path for gpu in unexplained if (path := _path(gpu, files))}
    found: tuple[Opener, ...] = ()
    if paths:
        found = openers(surroundings, [COMPUTING, *paths.values()])
    opened = {
        index: tuple(each.holder for each in found if {COMPUTING, path} <= each.files)
        for index, path in paths.items()
    }
    return Holding(said, opened)


def _in_use(gpu: Gpu) -> bool:
    if gpu.memory_bytes is None or gpu.free_bytes is None:
        return True
    return gpu.memory_bytes - gpu.free_bytes >= IDLE_BYTES


def _path(gpu: Gpu, files: Sequence[Node]) -> str:
    """A GPU's device file; empty where it has none, as on Windows."""
    same = [node.path for node in files if node.uuid and node.uuid == gpu.uuid]
    place = [node.path for node in files[gpu.index : gpu.index + 1] if not (node.uuid and gpu.uuid)]
    return "".join([*same, *place][:1])
