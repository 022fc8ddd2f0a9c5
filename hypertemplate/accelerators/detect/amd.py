"""Detection of AMD GPUs from the files of the compute driver (KFD)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hypertemplate.accelerators.detect.host import Surroundings, lines, number
from hypertemplate.accelerators.detect.machine import Device, Found, Ignored
from hypertemplate.accelerators.detect.visible_devices import Mask, mask
from hypertemplate.units import size_text

VENDOR = 0x1002
"""AMD's PCI vendor id."""

LEAST_BYTES = 4 * 1024**3
"""Least memory of a usable GPU, in bytes; a smaller one is integrated graphics, which frameworks ignore."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU, its `number` in the driver's order, and its `uuid`, empty if unknown."""

    number: int
    uuid: str
    device: Device


@dataclass(frozen=True, slots=True)
class Amd:
    """Probe for AMD GPUs."""

    surroundings: Surroundings

    def found(self) -> Found:
        """Read the compute driver's files, which containers without access to the GPUs may show too."""
        gpus, ignored = self._gpus()
        if not gpus:
            return Found(ignored=tuple(ignored))
        if not (self.surroundings.root / "dev/kfd").exists():
            why = "there is no /dev/kfd; a container needs --device=/dev/kfd --device=/dev/dri"
            return Found(ignored=(*ignored, *(Ignored(_title(gpu), why) for gpu in gpus)))
        # ROCR_VISIBLE_DEVICES applies first; the other variables number the GPUs that it leaves.
        said = self.surroundings.environment
        inner = mask(said, "ROCR_VISIBLE_DEVICES")
        outer = mask(said, "HIP_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES")
        gpus = _left(gpus, inner, ignored)
        numbered = [
            replace(gpu, device=replace(gpu.device, address=str(place))) for place, gpu in enumerate(gpus)
        ]
        devices, small = [], []
        for gpu in _left(numbered, outer, ignored):
            size = gpu.device.memory_bytes
            if size is not None and size < LEAST_BYTES:
                small.append(Ignored(_title(gpu), f"it has no more than {size_text(size)} of its own"))
            else:
                devices.append(gpu.device)
        return Found(tuple(devices), (*ignored, *small))

    def _gpus(self) -> tuple[list[Gpu], list[Ignored]]:
        """Return the GPUs among the driver's nodes, and the nodes that it does not describe."""
        folder = self.surroundings.root / "sys/class/kfd/kfd/topology/nodes"
        nodes = sorted((path for path in folder.glob("*") if path.name.isdecimal()), key=_place)
        gpus: list[Gpu] = []
        ignored = []
        for node in nodes:
            if "".join(lines(node / "gpu_id")) in ("", "0"):
                continue  # a processor
            facts = _facts(node / "properties")
            minor = facts.get("drm_render_minor", 0)
            if not facts:
                ignored.append(Ignored(f"an AMD GPU (node {node.name})", "its properties cannot be read"))
            elif facts.get("vendor_id") != VENDOR:
                ignored.append(Ignored(f"a GPU (node {node.name})", "it is not AMD's"))
            elif minor and not (self.surroundings.root / f"dev/dri/renderD{minor}").exists():
                why = f"there is no /dev/dri/renderD{minor} to open it by"
                ignored.append(Ignored(f"an AMD GPU (node {node.name})", why))
            else:
                gpus.append(self._gpu(len(gpus), node, facts, minor))
        return gpus, ignored

    def _gpu(self, place: int, node: Path, facts: dict[str, int], minor: int) -> Gpu:
        card = self.surroundings.root / f"sys/class/drm/renderD{minor}/device"
        banks = [_facts(path) for path in (node / "mem_banks").glob("*/properties")]
        # Heaps of these types are the GPU's own memory.
        size = sum(bank.get("size_in_bytes", 0) for bank in banks if bank.get("heap_type") in (1, 2))
        used = number("".join(lines(card / "mem_info_vram_used")))
        name = "".join(lines(card / "product_name")).strip() or f"AMD {_target(facts)}".strip()
        free = size - used if size and used is not None and used <= size else None
        uuid = f"GPU-{facts['unique_id']:016x}" if facts.get("unique_id") else ""
        return Gpu(place, uuid, Device("amd", str(place), name, size or None, free))


def _left(gpus: Sequence[Gpu], variable: Mask | None, ignored: list[Ignored]) -> list[Gpu]:
    """Return the GPUs that a variable leaves visible; add the reasons for the others to `ignored`."""
    if variable is None:
        return list(gpus)
    chosen = variable.chosen(len(gpus), [gpu.uuid for gpu in gpus])
    ignored += [chosen.fault] if chosen.fault else []
    ignored += [
        Ignored(_title(gpu), variable.reason) for place, gpu in enumerate(gpus) if place not in chosen.places
    ]
    return [gpus[place] for place in chosen.places]


def _title(gpu: Gpu) -> str:
    return f"GPU {gpu.number} ({gpu.device.name})"


def _target(facts: dict[str, int]) -> str:
    """Return the chip's name in AMD's compiler: 90010 is ``gfx90a``."""
    version = facts.get("gfx_target_version", 0)
    major, minor, step = version // 10000, version // 100 % 100, version % 100
    return f"gfx{major}{minor:x}{step:x}" if version else "GPU"


def _facts(path: Path) -> dict[str, int]:
    """Read a file that has a name and a number on each line."""
    pairs = (line.partition(" ") for line in lines(path))
    values = {name: number(text) for name, _, text in pairs}
    return {name: value for name, value in values.items() if value is not None}


def _place(path: Path) -> int:
    return int(path.name)
