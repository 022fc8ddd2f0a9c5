"""What a machine has: the words in which probes say what they found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["nvidia", "amd", "apple", "tpu"]
"""The families of accelerators; TPUs are Google's."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a device.

    Attributes:
        process: its id.
        name: what it is called, or an empty string where that is not known.
        memory_bytes: how much of the device's memory it has; None where that is not known.
        own: whether it is the process that asked, such as a notebook's kernel that has trained already. What
            it holds, the workers that it starts cannot have.
    """

    process: int
    name: str = ""
    memory_bytes: int | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """One accelerator, or the part of one, that this process may use.

    Attributes:
        kind: its family.
        address: what the family's variable (``CUDA_VISIBLE_DEVICES``, ``HIP_VISIBLE_DEVICES``,
            ``TPU_VISIBLE_CHIPS``) calls it: an index, or a UUID. Empty where the family has no such variable.
        name: as its maker calls it.
        memory_bytes: all that it has; None where that is not known.
        free_bytes: what of it is free; None where that is not known.
        capability: of an NVIDIA device its compute capability, major and minor; else None.
        holders: the processes that compute on it, the one that asked among them.
    """

    kind: Kind
    address: str
    name: str
    memory_bytes: int | None = None
    free_bytes: int | None = None
    capability: tuple[int, int] | None = None
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something that is there and is not used, or that could not be asked, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What one probe found: the devices of its family that this process may use, and what it passed over."""

    devices: tuple[Device, ...] = ()
    ignored: tuple[Ignored, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """All that was found.

    Attributes:
        cores: how many this process may use, at least 1.
        memory_bytes: what could be had now; None where that is not known.
        devices: the accelerators that this process may use, each once, in the order that their family's
            variable gives them.
        ignored: what is not used, and why.
    """

    cores: int
    memory_bytes: int | None = None
    devices: tuple[Device, ...] = ()
    ignored: tuple[Ignored, ...] = ()
