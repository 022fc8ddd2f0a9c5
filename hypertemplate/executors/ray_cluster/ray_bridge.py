"""Process that speaks to Ray for a search; the only file that imports Ray.

It is a process of its own, for Ray ends the process that uses it when the cluster is gone, and prints to its
terminal. Its output is a file of the search's. It ends when the search closes the connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from hypertemplate.accelerators.detect.cpu import available_cores
from hypertemplate.accelerators.detect.host import here
from hypertemplate.executors.ray_cluster.cluster_messages import (
    Begin,
    Begun,
    ClusterRequest,
    Gone,
    Heard,
    Opened,
    Order,
    Refused,
    Restart,
    Said,
    Shown,
    Tell,
    packed,
    unpacked,
)
from hypertemplate.executors.ray_cluster.node_host import NodeHost
from hypertemplate.executors.ray_cluster.node_shares import ACCELERATORS, ClusterNode, grant, shares

LINE_BYTES = 256 << 20
"""Most bytes of a line."""

LOOK_S = 1.0
"""Seconds between looks at the nodes of the cluster."""

END_S = 10.0
"""Seconds that hosts have to end their workers."""

STORE_BYTES = 80 << 20
"""Size of the object store of a Ray of the search's own, which nothing large goes through."""

MOST_LOSSES = 5
"""Hosts of one node that may be lost in a row, without a trial between, before the node is left out."""

FINISHED = '{"type":"Finished"'
"""Beginning of the line of a worker that has run a trial."""

ENVIRONMENT = {
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # Ray warns of it otherwise
    "RAY_gcs_rpc_server_reconnect_timeout_s": "20",
}
"""Settings of Ray in this process."""


def main(connection: int) -> None:
    """Serve a search until it closes the connection.

    Args:
        connection: descriptor of the socket to the search.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with contextlib.ExitStack() as kept:
        asyncio.run(_serve(socket.socket(fileno=connection), kept))


async def _serve(connection: socket.socket, kept: contextlib.ExitStack) -> None:
    reader, writer = await asyncio.open_connection(sock=connection, limit=LINE_BYTES)
    request = cast("ClusterRequest", unpacked(ClusterRequest, await reader.readline()))
    try:
        opened = _opened(request, kept)
    except Exception as error:  # Ray raises many kinds
        _write(writer, Refused(_first_line(error), "executor"))
        await writer.drain()
        return
    _write(writer, opened)
    bridge = _Bridge(request, writer)
    try:
        while line := await reader.readline():
            bridge.take(line)
    finally:
        await bridge.close()


def _opened(request: ClusterRequest, kept: contextlib.ExitStack) -> Opened:
    """Connect to the cluster, or start a Ray of the search's own.

    Args:
        request: which cluster.
        kept: stack that disconnects, and ends a Ray of the search's own.
    """
    address = request.address or os.environ.get("RAY_ADDRESS", "")
    if address:
        import ray

        ray.init(address=address, log_to_driver=False, configure_logging=False)
    else:
        folder = tempfile.mkdtemp(prefix="ht-ray-")
        kept.callback(shutil.rmtree, folder, ignore_errors=True)
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        # Where the package is not installed, the workers of Ray find it as this process did.
        package = str(Path(import_module("hypertemplate").__file__ or "").parents[1])
        path = os.environ.get("PYTHONPATH", "")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (package, path)))
        import ray

        ray.init(
            address="local",
            num_cpus=available_cores(here()),
            include_dashboard=False,
            log_to_driver=False,
            configure_logging=False,
            object_store_memory=STORE_BYTES,
            _temp_dir=folder,
        )
    kept.callback(ray.shutdown)
    nodes = [node for node in ray.nodes() if node["Alive"]]
    totals = {name: sum(node["Resources"].get(name, 0.0) for node in nodes) for name in ("CPU", "GPU")}
    return Opened(address and ray.get_runtime_context().gcs_address, ray.__version__, len(nodes), totals)


def _nodes() -> list[ClusterNode]:
    """Return the nodes that are alive."""
    import ray
    from ray._private.state import available_resources_per_node

    free: Mapping[str, Mapping[str, float]] = available_resources_per_node()
    return [
        ClusterNode(
            node["NodeID"],
            f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']}:{node['NodeManagerPort']})",
            free.get(node["NodeID"], {}),
        )
        for node in ray.nodes()
        if node["Alive"]
    ]


class _Host:
    """A node's host as the bridge sees it.

    Args:
        node: its node.
        workers: number of workers that it may have.
    """

    def __init__(self, node: ClusterNode, workers: int) -> None:
        self.node = node
        self.workers = workers
        self.actor: Any = None
        self.numbers: dict[int, int] = {}  # number of a worker on the node -> its number in the search
        self.refusal: Refused | None = None


class _Bridge:
    """Hosts on the nodes of a cluster, between a search and its workers.

    Args:
        request: resources of each worker.
        writer: connection to the search.
    """

    def __init__(self, request: ClusterRequest, writer: asyncio.StreamWriter) -> None:
        self._request = request
        self._writer = writer
        self._begin: Begin | None = None
        self._hosts: dict[str, _Host] = {}
        self._places: list[tuple[_Host, int] | None] = []
        self._losses: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._begun = False

    def take(self, line: bytes) -> None:
        """Carry out an order of the search."""
        match unpacked(Order, line):
            case Begin() as begin:
                self._begin = begin
                self._start(self._follow())
            case Tell(worker) | Restart(worker) as order:
                place = self._places[worker]
                if place is not None:
                    host, own = place
                    host.actor.tell.remote([packed(replace(order, worker=own))])

    async def close(self) -> None:
        """End all workers."""
        for task in self._tasks:
            task.cancel()
        ends = [host.actor.end.remote() for host in self._hosts.values() if host.actor is not None]
        with contextlib.suppress(Exception):  # those that are gone have ended
            await asyncio.wait_for(asyncio.gather(*ends, return_exceptions=True), END_S)

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self) -> None:
        """Place a host on each node that has room, those that join later too."""
        while True:
            try:
                nodes = await asyncio.to_thread(_nodes)
            except Exception as error:  # the head is gone, and Ray will end this process
                sys.stderr.write(f"the head of the cluster does not answer: {_first_line(error)}\n")
                nodes = []
            for node, count in self._due(nodes):
                host = self._hosts[node.id] = _Host(node, count)
                self._start(self._serve(host))
            await asyncio.sleep(LOOK_S)

    def _due(self, nodes: Iterable[ClusterNode]) -> list[tuple[ClusterNode, int]]:
        """Return the nodes that should have a host and have none, with the number of workers of each."""
        assert self._begin is not None
        wanted = self._begin.devices.workers
        limits = [one for one in (wanted, self._begin.most) if isinstance(one, int)]
        begun = sum(host.workers for host in self._hosts.values())
        free = [
            node
            for node in nodes
            if node.id not in self._hosts and self._losses.get(node.id, 0) < MOST_LOSSES
        ]
        counts = shares(free, self._request.resources, min(limits, default=None), begun)
        return [(node, counts[node.id]) for node in free if node.id in counts]

    async def _serve(self, host: _Host) -> None:
        """Run a node's host until it is lost."""
        try:
            begun = await self._placed(host)
            if begun.refusal:
                self._refuse(host, begun)
                return
            self._begun = True
            for note in begun.notes:
                self._say(f"{host.node.name}: {note}")
            while True:
                for report in await host.actor.hear.options(concurrency_group="hear").remote():
                    self._relay(host, report)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # Ray raises many kinds for a host that is gone
            self._lose(host, _first_line(error))

    async def _placed(self, host: _Host) -> Begun:
        """Place a host on its node, and have it begin."""
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        assert self._begin is not None
        asked = grant(
            host.node,
            self._request.resources,
            host.workers,
            accelerators=self._begin.devices.accelerator != "cpu",
        )
        remote: Any = ray.remote(concurrency_groups={"hear": 1})(NodeHost)
        options = {
            "num_cpus": asked.pop("CPU"),
            "num_gpus": asked.pop("GPU", 0),
            "resources": asked,
            "scheduling_strategy": NodeAffinitySchedulingStrategy(host.node.id, soft=False),
        }
        host.actor = remote.options(**options).remote()
        counted = self._begin.devices.workers
        begin = replace(
            self._begin,
            devices=replace(
                self._begin.devices, workers=host.workers if isinstance(counted, int) else "auto"
            ),
            most=host.workers,
            cores=max(int(options["num_cpus"]), 1),
            granted=tuple(
                name for name in ACCELERATORS if (options["num_gpus"] if name == "GPU" else asked.get(name))
            ),
        )
        begun = cast("Begun", unpacked(Begun, await host.actor.begin.remote(packed(begin))))
        own = import_module("hypertemplate").__version__
        if begun.version != own:
            text = f"hypertemplate is {begun.version} there and {own} here: pip install hypertemplate=={own}"
            return replace(begun, refusal=text, parameter="executor")
        return begun

    def _relay(self, host: _Host, report: str) -> None:
        match unpacked(Heard | Said | Shown, report):
            case Said(text):
                self._say(f"{host.node.name}: {text}")
            case Shown() as shown:
                _write(self._writer, shown)
            case Heard() as heard:
                if heard.line.startswith(FINISHED):
                    self._losses.pop(host.node.id, None)
                _write(self._writer, replace(heard, worker=self._number(host, heard.worker)))

    def _number(self, host: _Host, own: int) -> int:
        """Return the number of a node's worker in the search: a new one takes the place of a lost one."""
        if own not in host.numbers:
            if None in self._places:
                number = self._places.index(None)
                self._places[number] = (host, own)
            else:
                number = len(self._places)
                self._places.append((host, own))
            host.numbers[own] = number
        return host.numbers[own]

    def _refuse(self, host: _Host, begun: Begun) -> None:
        """Leave a node out; end the search if there is no other."""
        host.workers = 0
        host.refusal = Refused(begun.refusal, begun.parameter)
        if all(one.refusal is not None for one in self._hosts.values()) and not self._begun:
            _write(self._writer, host.refusal)
        else:
            self._say(f"{host.node.name} is left out: {begun.refusal}")

    def _lose(self, host: _Host, reason: str) -> None:
        """Tell the search which workers are lost, and let the node have a new host if it lives."""
        del self._hosts[host.node.id]
        losses = self._losses[host.node.id] = self._losses.get(host.node.id, 0) + 1
        why = f"{host.node.name} is lost: {reason}"
        for number in host.numbers.values():
            self._places[number] = None
            _write(self._writer, Gone(number, why))
        if losses == MOST_LOSSES:
            text = f"{host.node.name} is left out: it was lost {losses} times in a row: {reason}"
            refused = Refused(text, "executor")
            _write(self._writer, Said(text) if self._begun or self._hosts else refused)

    def _say(self, text: str) -> None:
        _write(self._writer, Said(text))


def _write(writer: asyncio.StreamWriter, message: object) -> None:
    writer.write(packed(message).encode() + b"\n")


def _first_line(error: BaseException) -> str:
    """Return the reason in one line, without Ray's advice."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
