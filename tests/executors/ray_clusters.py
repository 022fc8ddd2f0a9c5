"""Ray clusters for tests: nodes that are real processes on this machine, with little memory each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

STORE_BYTES = 80 << 20


@contextlib.contextmanager
def ray_nodes(*cpus: int) -> Iterator[Any]:
    """A cluster of a head without cores and a node with each number of cores."""
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 0, "object_store_memory": STORE_BYTES, "include_dashboard": False}
    cluster = started(lambda: Cluster(initialize_head=True, head_node_args=head))
    try:
        for count in cpus:
            add_node(cluster, count)
        yield cluster
    finally:
        cluster.shutdown()


def add_node(cluster: Any, cpus: int = 2) -> Any:
    """Add a node to a cluster."""
    return started(lambda: cluster.add_node(num_cpus=cpus, object_store_memory=STORE_BYTES))


def started(start: Callable[[], Any], tries: int = 4) -> Any:
    """Start a node; again if Ray gives up, as it does after 30 s on a machine with much to do."""
    try:
        return start()
    except Exception as error:
        if tries == 1 or "timed out" not in str(error):
            raise
    return started(start, tries - 1)
