"""Ray clusters for tests: nodes that are real processes on this machine, with little memory each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.compiler.program import Program
from hypertemplate.executors.base import Event
from hypertemplate.executors.ray_cluster.cluster_messages import ClusterRequest
from hypertemplate.executors.ray_cluster.ray_executor import RayCluster, RayExecutor
from hypertemplate.runtime.protocol import RuntimeOptions
from tests.executors.workers import OPTIONS

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


class FirstWorker(RayExecutor):
    """An executor of several workers, of which only the first is heard."""

    def attend(self, take: Any) -> None:
        heard: list[Event] = []
        while not heard:
            super().attend(lambda event: heard.append(event) if event.worker == 0 else None)
        take(heard[0])


def ray_executor(
    program: Program,
    address: str,
    folder: Path,
    *,
    seed: int = 1337,
    workers: int = 1,
    kind: type[RayExecutor] = RayExecutor,
    **given: Any,
) -> RayExecutor:
    """Workers on a cluster; `given` are fields of `RuntimeOptions`."""
    assert given.keys() <= OPTIONS
    options = RuntimeOptions(seed, **given)
    cluster = RayCluster(ClusterRequest(address))
    return kind(cluster, program, options, DeviceRequest(workers=workers), lambda text: None, folder)
