"""Graphs whose edges are found when they are followed, and the nodes that can be reached in them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)


class Graph(Generic[Node]):
    """Nodes, each reached by an edge with a reason.

    Args:
        edges: function that yields the edges from a node: the other nodes, each with the reason. It is called
            once for each node, when it is reached.

    Attributes:
        reached: reason of the edge by which each node was first reached, in that order.
    """

    def __init__(self, edges: Callable[[Node], Iterable[tuple[Node, str]]]) -> None:
        self._edges = edges
        self.reached: dict[Node, str] = {}

    def reach(self, start: Node, reason: str) -> None:
        """Reach a node, and all nodes that edges lead to from there, the nearest first."""
        pending = deque([(start, reason)])
        while pending:
            node, why = pending.popleft()
            if node not in self.reached:
                self.reached[node] = why
                pending += self._edges(node)


def reachable(
    start: Iterable[Node], edges: Callable[[Node], Iterable[Node]], seen: set[Node] | None = None
) -> Iterator[Node]:
    """Yield nodes, and all nodes that edges lead to from there, each once, without reasons.

    Args:
        start: nodes to start from.
        edges: function that returns the nodes to which edges lead from a node.
        seen: nodes that were reached before; those that are reached are added.
    """
    seen = set() if seen is None else seen
    pending = list(start)
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            yield node
            pending += edges(node)
