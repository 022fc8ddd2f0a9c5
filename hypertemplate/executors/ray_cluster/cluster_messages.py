"""Messages between the search, the process that speaks to Ray for it, and the host of each node: JSON lines.

Lines to and from workers are passed on as they are. Nothing of the user's is pickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.codec import decode, encode
from hypertemplate.runtime.protocol import Failed


@dataclass(frozen=True, slots=True)
class ClusterRequest:
    """The user's request for a cluster.

    Attributes:
        address: address of a Ray cluster, ``auto`` for one that runs on this machine; empty for that in
            ``RAY_ADDRESS``, or else a Ray of the search's own on this machine.
        resources: amounts of Ray's resources that each worker takes, by name; of ``CPU``, 1 by default.
    """

    address: str = ""
    resources: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """Report that there is a cluster.

    Attributes:
        place: address of the cluster; empty for a Ray of the search's own.
        version: Ray's version.
        nodes: number of nodes.
        totals: amounts of ``CPU`` and ``GPU`` of all of them.
    """

    place: str
    version: str
    nodes: int
    totals: dict[str, float]


@dataclass(frozen=True, slots=True)
class Refused:
    """Report that there is no cluster, or that no node can run what is asked for.

    Attributes:
        reason: reason, for the user.
        parameter: parameter of the request that is at fault; empty for none.
    """

    reason: str
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """Request to start workers.

    Attributes:
        load: line of the `Load` that each worker gets.
        devices: request for devices and workers; on a node, for that node's.
        most: most workers that have work; None for no limit.
        cwd: working folder of the search.
        probe: path of a file that shows whether a node has the search's file system.
        token: its contents.
        environment: variables of the search that decide which framework computes.
        cores: number of cores that Ray has granted a node.
        granted: kinds of accelerators that Ray has granted a node: ``GPU``, ``TPU``.
        explain: whether to say why workers are not forked.
    """

    load: str
    devices: DeviceRequest
    most: int | None = None
    cwd: str = ""
    probe: str = ""
    token: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    cores: int = 1
    granted: tuple[str, ...] = ()
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """Report of a node that has started its workers, or that has none for this search.

    Attributes:
        headline: what they run on.
        notes: notes for the user.
        version: version of hypertemplate there.
        refusal: reason why it has no workers; empty if it has.
        parameter: parameter of the request that is at fault; empty for none.
    """

    headline: str = ""
    notes: tuple[str, ...] = ()
    version: str = ""
    refusal: str = ""
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Tell:
    """A line for a worker."""

    worker: int
    line: str


@dataclass(frozen=True, slots=True)
class Restart:
    """Request to replace a worker."""

    worker: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A line from a worker, or its death.

    Attributes:
        worker: number of the worker.
        line: line; empty for a death.
        died: how it died; None if it did not.
        output: last lines of its output, where something has ended.
        worn: reason why it should be replaced before another trial; None if it is sound.
    """

    worker: int
    line: str = ""
    died: Failed | None = None
    output: str = ""
    worn: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """Loss of a worker with its node, and the reason."""

    worker: int
    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """A note for the user."""

    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Text that workers have printed, to be shown."""

    text: str


Order = Begin | Tell | Restart
Report = Opened | Refused | Heard | Gone | Said | Shown


def packed(message: Any) -> str:
    """Encode a message as one line, without its end."""
    return json.dumps(encode(message), separators=(",", ":"))


def unpacked(kind: Any, line: str | bytes) -> Any:
    """Decode a line to one of the messages of a kind; ValueError if it has none."""
    return decode(kind, json.loads(line))
