"""Shares of a search's workers that the nodes of a cluster get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ACCELERATORS = ("GPU", "TPU")
"""Ray's names of accelerators."""


@dataclass(frozen=True, slots=True)
class ClusterNode:
    """A node of a cluster.

    Attributes:
        id: Ray's identifier.
        name: its name for people, such as ``gpu-1 (10.0.0.4)``.
        free: amounts of its resources that nobody uses, by name.
    """

    id: str
    name: str
    free: Mapping[str, float]


def room(node: ClusterNode, each: Mapping[str, float]) -> int:
    """Return the number of workers that a node has room for, if each takes `each` of its resources."""
    wanted = {"CPU": 1.0, **each}
    return min(int(node.free.get(name, 0.0) / amount) for name, amount in wanted.items() if amount > 0)


def shares(
    nodes: Iterable[ClusterNode], each: Mapping[str, float], most: int | None, begun: int = 0
) -> dict[str, int]:
    """Return the number of workers for each node that gets some, by its identifier.

    They are spread evenly, as far as there is room.

    Args:
        nodes: nodes that have no workers yet.
        each: resources of each worker.
        most: most workers on all nodes together; None for no limit.
        begun: number of workers on other nodes.
    """
    rooms = {node.id: room(node, each) for node in nodes}
    if most is None:
        return {name: count for name, count in rooms.items() if count > 0}
    given = dict.fromkeys(rooms, 0)
    left = most - begun
    while left > 0 and (able := [name for name in rooms if given[name] < rooms[name]]):
        for name in able[:left]:
            given[name] += 1
        left -= len(able[:left])
    return {name: count for name, count in given.items() if count > 0}


def grant(
    node: ClusterNode, each: Mapping[str, float], workers: int, *, accelerators: bool
) -> dict[str, float]:
    """Return the resources that a node's host asks Ray for.

    Args:
        node: the node.
        each: resources of each worker.
        workers: number of its workers.
        accelerators: whether it takes all accelerators that are free; the node's own plan divides them.
    """
    asked = {name: amount * workers for name, amount in {"CPU": 1.0, **each}.items()}
    free = {name: float(int(node.free.get(name, 0.0))) for name in ACCELERATORS if accelerators}
    return {**{name: amount for name, amount in free.items() if amount > 0}, **asked}
