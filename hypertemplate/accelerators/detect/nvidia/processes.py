"""Processes that compute on NVIDIA GPUs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.accelerators.detect.host import Surroundings
from hypertemplate.accelerators.detect.machine import Holder, Ignored
from hypertemplate.accelerators.detect.nvidia.procfs import Node
from hypertemplate.accelerators.detect.nvidia.smi import MEBIBYTE, Gpu
from hypertemplate.accelerators.detect.open_files import Opener, openers

COMPUTING = "/dev/nvidia-uvm"
"""Device file that only computing processes have open; monitors and graphics do not."""

IDLE_BYTES = 256 * MEBIBYTE
"""Memory in use below which a GPU counts as idle."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Processes on the GPUs.

    Attributes:
        said: UUID of a GPU or slice -> processes that ``nvidia-smi`` lists.
        opened: index of a GPU -> processes that have it open, where ``nvidia-smi`` lists none although
            the GPU is in use: it sees none from within a container.
    """

    said: Mapping[str, tuple[Holder, ...]]
    opened: Mapping[int, tuple[Holder, ...]]

    def of(self, gpu: Gpu, uuid: str) -> tuple[Holder, ...]:
        """Return the processes on a GPU, or on the slice of it that has this UUID."""
        if uuid != gpu.uuid:
            return self.said.get(uuid, ())
        return self.said.get(uuid, ()) or self.opened.get(gpu.index, ())

    def unplaced(self, gpus: Sequence[Gpu]) -> tuple[Ignored, ...]:
        """List the processes on a sliced GPU that ``nvidia-smi`` assigns to no slice."""
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
    """Find the processes on these GPUs, from ``nvidia-smi`` and from the device files that are open."""
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
    """Return the path of a GPU's device file; empty if it has none, as on Windows."""
    same = [node.path for node in files if node.uuid and node.uuid == gpu.uuid]
    place = [node.path for node in files[gpu.index : gpu.index + 1] if not (node.uuid and gpu.uuid)]
    return "".join([*same, *place][:1])
