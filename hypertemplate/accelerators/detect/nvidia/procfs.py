"""What the files of NVIDIA's driver say of GPUs, where ``nvidia-smi`` says nothing."""

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
        path: such as ``/dev/nvidia0``, whose number need not be the GPU's.
        uuid: the GPU's; empty where it is not known.
        name: the GPU's.
    """

    path: str
    uuid: str
    name: str


def nodes(root: Path) -> tuple[Node, ...]:
    """The device files, in the order in which their GPUs are numbered."""
    minors = [
        int(path.name.removeprefix("nvidia"))
        for path in (root / "dev").glob("nvidia*")
        if re.fullmatch("nvidia[0-9]{1,4}", path.name)
    ]
    facts = {}
    for path in (root / "proc/driver/nvidia/gpus").glob("*/information"):
        said = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines(path))}
        facts[said.get("Device Minor", "")] = (path.parent.name, said)
    # GPUs are numbered by their places on the bus, which folders are named after.
    order = sorted(minors, key=lambda minor: (facts.get(str(minor), ("", {}))[0], minor))
    return tuple(_node(minor, facts.get(str(minor), ("", {}))[1]) for minor in order)


def _node(minor: int, said: dict[str, str]) -> Node:
    uuid = said.get("GPU UUID", "")
    # A GPU that nothing has used since the machine started has question marks there.
    known = uuid if re.fullmatch(r"GPU-[\w-]+", uuid) else ""
    return Node(f"/dev/nvidia{minor}", known, said.get("Model") or UNNAMED)


def gpus(found: tuple[Node, ...]) -> tuple[Gpu, ...]:
    """The GPUs that have these files; nothing is known of their memory."""
    return tuple(Gpu(index, node.uuid, node.name) for index, node in enumerate(found))
