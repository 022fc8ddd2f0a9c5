"""Graphs: which nodes are reached, in which order, and for which reason."""

from __future__ import annotations

from collections.abc import Iterator

from hypertemplate.compiler.dataflow.graph import Graph, reachable

EDGES = {"a": "bc", "b": "d", "c": "da", "d": "", "e": "a"}


def test_a_node_keeps_the_reason_of_the_first_edge_to_it() -> None:
    asked: list[str] = []

    def edges(node: str) -> Iterator[tuple[str, str]]:
        asked.append(node)
        yield from ((other, f"{node} leads to {other}") for other in EDGES[node])

    graph = Graph(edges)
    graph.reach("c", "it is first")
    assert graph.reached == {
        "c": "it is first",
        "d": "c leads to d",
        "a": "c leads to a",
        "b": "a leads to b",
    }
    graph.reach("d", "it is second")
    graph.reach("e", "it is third")
    assert graph.reached["d"] == "c leads to d"
    assert asked == ["c", "d", "a", "b", "e"]


def test_nodes_that_were_reached_before_are_not_reached_again() -> None:
    seen = {"d"}
    assert list(reachable("b", lambda node: EDGES[node], seen)) == ["b"]
    assert sorted(reachable("a", lambda node: EDGES[node], seen)) == ["a", "c"]
    assert seen == {"a", "b", "c", "d"}
