"""Division of a search's workers among the nodes of a cluster."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.errors import UsageError
from hypertemplate.executors.ray_cluster.cluster_messages import (
    Begin,
    ClusterRequest,
    Gone,
    Heard,
    Opened,
    Order,
    Report,
    Restart,
    Said,
    Shown,
    Tell,
    packed,
    unpacked,
)
from hypertemplate.executors.ray_cluster.node_shares import ClusterNode, grant, shares
from hypertemplate.executors.ray_cluster.ray_executor import RayCluster
from hypertemplate.runtime.protocol import Failed
from hypertemplate.search.request import SearchRequest


def node(name: str, **free: float) -> ClusterNode:
    return ClusterNode(name, name, free)


NODES = (node("a", CPU=4.0, GPU=2.0), node("b", CPU=2.0, big=1.0), node("c"))


@pytest.mark.parametrize(
    ("each", "most", "begun", "expected"),
    [
        pytest.param({}, None, 0, {"a": 4, "b": 2}, id="without a limit every core has a worker"),
        pytest.param({}, 3, 0, {"a": 2, "b": 1}, id="few workers are spread evenly"),
        pytest.param({}, 5, 0, {"a": 3, "b": 2}, id="a full node gets no more"),
        pytest.param({}, 50, 0, {"a": 4, "b": 2}, id="there is no more room than there is"),
        pytest.param({}, 4, 3, {"a": 1}, id="workers on other nodes count"),
        pytest.param({}, 4, 4, {}, id="none is left to place"),
        pytest.param({"CPU": 3.0}, None, 0, {"a": 1}, id="workers of three cores"),
        pytest.param({"CPU": 0.5}, None, 0, {"a": 8, "b": 4}, id="two workers share a core"),
        pytest.param({"big": 1.0}, None, 0, {"b": 1}, id="a node without the resource has no worker"),
    ],
)
def test_workers_are_divided_among_nodes(
    each: Mapping[str, float], most: int | None, begun: int, expected: dict[str, int]
) -> None:
    assert shares(NODES, each, most, begun) == expected


def test_a_host_asks_for_the_resources_of_its_workers_and_for_all_free_accelerators() -> None:
    assert grant(NODES[0], {}, 3, accelerators=True) == {"GPU": 2.0, "CPU": 3.0}
    assert grant(NODES[0], {"CPU": 2.0}, 1, accelerators=False) == {"CPU": 2.0}
    assert grant(NODES[1], {"big": 1.0}, 1, accelerators=True) == {"CPU": 1.0, "big": 1.0}


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        pytest.param(
            Order,
            Begin("line", DeviceRequest(workers="auto"), 3, "/tmp", granted=("GPU",)),
            id="a request to begin",
        ),
        pytest.param(Order, Tell(1, "line"), id="a line to a worker"),
        pytest.param(Order, Restart(1), id="a restart"),
        pytest.param(Report, Heard(1, died=Failed("died", "why"), worn="old"), id="a death"),
        pytest.param(Report, Heard(1, "line"), id="a line from a worker"),
        pytest.param(Report, Gone(1, "why"), id="a loss"),
        pytest.param(Report, Opened("", "2.60", 1, {"CPU": 2.0}), id="a cluster"),
        pytest.param(Report, Said("é"), id="a note"),
        pytest.param(Report, Shown("a\nb"), id="output"),
    ],
)
def test_messages_are_what_they_were_after_the_wire(kind: object, message: object) -> None:
    line = packed(message)
    assert "\n" not in line
    assert unpacked(kind, line) == message


def test_the_request_names_the_cluster() -> None:
    assert SearchRequest().cluster is None
    assert SearchRequest(executor="ray").cluster == ClusterRequest()
    assert SearchRequest(executor="ray:h:6379", ray_resources='{"CPU": 2}').cluster == ClusterRequest(
        "h:6379", {"CPU": 2}
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            {"executor": "dask"}, "--executor must be local, ray or ray:ADDRESS, got 'dask'", id="dask"
        ),
        pytest.param(
            {"ray_resources": "{}"}, "--ray-resources is for --executor ray", id="resources without a cluster"
        ),
        pytest.param(
            {"retries_lost": 1}, "--retries-lost is for --executor ray", id="losses without a cluster"
        ),
        pytest.param(
            {"executor": "ray", "retries_lost": -1},
            "--retries-lost must be a whole number of at least 0, got -1",
            id="a negative number of losses",
        ),
        pytest.param(
            {"executor": "ray", "ray_resources": "CPU"},
            "--ray-resources must be a JSON object of positive numbers, such as '{\"CPU\": 2}', got 'CPU'",
            id="no JSON",
        ),
        pytest.param(
            {"executor": "ray", "ray_resources": '{"GPU": 1}'},
            "--ray-resources cannot have GPU: --gpus-per-trial and --per-gpu divide the accelerators of a node",
            id="GPUs have options of their own",
        ),
        pytest.param(
            {"executor": "ray", "in_process": True},
            "--executor is for trials in worker processes: give --workers too, such as --workers=1",
            id="trials in this process",
        ),
    ],
)
def test_a_request_that_cannot_be_met_is_an_error(given: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        SearchRequest(**given)  # type: ignore[arg-type]
    assert str(raised.value) == message


def test_without_ray_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hypertemplate.executors.ray_cluster.ray_executor.find_spec", lambda name: None)
    with pytest.raises(UsageError) as raised:
        RayCluster(ClusterRequest())
    assert str(raised.value) == '--executor ray needs Ray: pip install "hypertemplate[ray]"'
