"""GPUs and slices that a process may use, as CUDA reads ``CUDA_VISIBLE_DEVICES``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.accelerators.detect.machine import Ignored
from hypertemplate.accelerators.detect.nvidia.smi import Gpu, Slice
from hypertemplate.accelerators.detect.visible_devices import Mask, mask


@dataclass(frozen=True, slots=True)
class Choice:
    """A GPU or a slice of one, and the address that gives it to a worker."""

    gpu: Gpu
    part: Slice | None
    address: str

    @property
    def uuid(self) -> str:
        """UUID of the slice, or of the GPU; empty if unknown."""
        return self.gpu.uuid if self.part is None else self.part.uuid


@dataclass(frozen=True, slots=True)
class Choices:
    """Usable GPUs and slices, each once, in CUDA's order; and the ones that are not, with the reason."""

    chosen: tuple[Choice, ...]
    ignored: tuple[Ignored, ...]


def choices(gpus: Sequence[Gpu], environment: Mapping[str, str]) -> Choices:
    """Return the GPUs and slices that the environment leaves visible."""
    usable = [gpu for gpu in gpus if gpu.slices or not gpu.sliced]
    uncut = [
        Ignored(_title(gpu), "MIG is on, and it is not cut into slices")
        for gpu in gpus
        if gpu.sliced and not gpu.slices
    ]
    variable = mask(environment, "CUDA_VISIBLE_DEVICES")
    # By default CUDA numbers the fastest GPU first: numbers are certain only if all GPUs are the same model.
    in_order = environment.get("CUDA_DEVICE_ORDER") == "PCI_BUS_ID" or len({gpu.name for gpu in gpus}) == 1
    if variable is None:
        sure = in_order and not any(gpu.sliced for gpu in gpus)
        return Choices(tuple(choice for gpu in usable for choice in _parts(gpu, sure)), tuple(uncut))
    # Otherwise the order is the most likely one. Addresses stay the user's own numbers, so the GPUs in use
    # are the ones that the user meant.
    numbered = usable if in_order else sorted(usable, key=_slowness)
    left = _masked(numbered, variable)
    return Choices(left.chosen, (*uncut, *left.ignored))


def _parts(gpu: Gpu, by_number: bool) -> list[Choice]:
    """Return a GPU, or all its slices."""
    address = str(gpu.index) if by_number or not gpu.uuid else gpu.uuid
    return [Choice(gpu, part, part.uuid) for part in gpu.slices] or [Choice(gpu, None, address)]


def _masked(gpus: Sequence[Gpu], variable: Mask) -> Choices:
    """Apply ``CUDA_VISIBLE_DEVICES`` to the GPUs, which are in the order of CUDA's numbers."""
    parts = [Choice(gpu, part, part.uuid) for gpu in gpus for part in gpu.slices]
    named = variable.chosen(len(gpus), [*(gpu.uuid for gpu in gpus), *(part.address for part in parts)])
    found: dict[str, Choice] = {}
    for place in named.places:
        if place >= len(gpus):
            choice = parts[place - len(gpus)]
        elif gpus[place].slices:
            choice = _parts(gpus[place], by_number=False)[0]  # CUDA shows only the first
        else:
            address = str(place) if variable.by_number else gpus[place].uuid
            choice = Choice(gpus[place], None, address)
        found.setdefault(choice.address, choice)
    ignored = [named.fault] if named.fault else []
    used = {(choice.gpu.index, choice.part) for choice in found.values()}
    for gpu in sorted(gpus, key=lambda each: each.index):
        for part in gpu.slices or (None,):
            if (gpu.index, part) not in used:
                ignored.append(Ignored(_title(gpu, part), variable.reason))
    return Choices(tuple(found.values()), tuple(ignored))


def _slowness(gpu: Gpu) -> tuple[int, int, int, int]:
    major, minor = gpu.capability or (0, 0)
    return (-major, -minor, -(gpu.memory_bytes or 0), gpu.index)


def _title(gpu: Gpu, part: Slice | None = None) -> str:
    """Describe a GPU or a slice."""
    whole = f"GPU {gpu.index} ({gpu.name})"
    return whole if part is None else f"slice {part.profile} of {whole}"
