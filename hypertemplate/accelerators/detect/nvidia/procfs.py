"""Facts about GPUs from the files of NVIDIA's driver, for when ``nvidia-smi`` fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from hypertemplate.accelerators.detect.host import lines
from hypertemplate.accelerators.detect.nvidia.smi import UNNAMED, Gpu


@dataclass(frozen=True, slots=True)
class Node:
    """A GPU's device file.

    Attributes:
        path: path such as ``/dev/nvidia0``; its number may differ from the GPU's index.
        uuid: UUID of the GPU; empty if unknown.
        name: name of the GPU.
    """

    path: str
    uuid: str
    name: str


def nodes(root: Path) -> tuple[Node, ...]:
    """Return the device files, in the order of the GPUs' numbers."""
    minors = [
        int(path.name.removeprefix("nvidia"))
        for path in (root / "dev").glob("nvidia*")
        if re.fullmatch("nvidia[0-9]{1,4}", path.name)
    ]
    facts = {}
    for path in (root / "proc/driver/nvidia/gpus").glob("*/information"):
        said = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines(path))}
        facts[said.get("Device Minor", "")] = (path.parent.name, said)
    # GPUs are numbered by their places on the bus, which the folders are named after.
    order = sorted(minors, key=lambda minor: (facts.get(str(minor), ("", {}))[0], minor))
    return tuple(_node(minor, facts.get(str(minor), ("", {}))[1]) for minor in order)


def _node(minor: int, said: dict[str, str]) -> Node:
    uuid = said.get("GPU UUID", "")
    # A GPU unused since boot has question marks there.
    known = uuid if re.fullmatch(r"GPU-[\w-]+", uuid) else ""
    return Node(f"/dev/nvidia{minor}", known, said.get("Model") or UNNAMED)


def gpus(found: tuple[Node, ...]) -> tuple[Gpu, ...]:
    """Return the GPUs of these files, with unknown memory."""
    return tuple(Gpu(index, node.uuid, node.name) for index, node in enumerate(found))
