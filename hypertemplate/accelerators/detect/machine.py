"""Data types for the result of detection: machine, devices, processes that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["nvidia", "amd", "apple", "tpu"]
"""Families of accelerators; TPUs are Google's."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a device.

    Attributes:
        process: process id.
        name: name of the process; empty if unknown.
        memory_bytes: device memory that it holds; None if unknown.
        own: whether this is the process that asks, such as a notebook's kernel that has trained already. Its
            workers cannot use what it holds.
    """

    process: int
    name: str = ""
    memory_bytes: int | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """One accelerator, or the part of one, that this process may use.

    Attributes:
        kind: family of the device.
        address: identifier of the device in the family's variable (``CUDA_VISIBLE_DEVICES``,
            ``HIP_VISIBLE_DEVICES``, ``TPU_VISIBLE_CHIPS``): an index, or a UUID. Empty if the family has no
            such variable.
        name: the maker's name for it.
        memory_bytes: total memory; None if unknown.
        free_bytes: free memory; None if unknown.
        capability: compute capability of an NVIDIA device, major and minor; else None.
        holders: processes that compute on it, including the one that asks.
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
    """Something that exists but is not used, or that could not be queried, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """Result of one probe: the usable devices of its family, and those that it ignored."""

    devices: tuple[Device, ...] = ()
    ignored: tuple[Ignored, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """Result of all probes.

    Attributes:
        cores: number of cores that this process may use, at least 1.
        memory_bytes: memory available now; None if unknown.
        devices: accelerators that this process may use, each once, in the order of their family's
            variable.
        ignored: devices and probes that are not used, and why.
    """

    cores: int
    memory_bytes: int | None = None
    devices: tuple[Device, ...] = ()
    ignored: tuple[Ignored, ...] = ()
