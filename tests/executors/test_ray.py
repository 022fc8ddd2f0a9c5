"""Workers on real Ray clusters, whose nodes are processes on this machine."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.compiler.program import Program
from hypertemplate.errors import UsageError
from hypertemplate.executors.base import Executor
from hypertemplate.executors.ray_cluster.cluster_messages import ClusterRequest
from hypertemplate.executors.ray_cluster.ray_executor import RayCluster
from hypertemplate.runtime.values import write_values
from tests.executors.ray_clusters import FirstWorker, add_node, ray_executor, ray_nodes
from tests.executors.test_contract import ExecutorContract

pytest.importorskip("ray", reason="Ray is not installed")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a cluster with one node."""
    with ray_nodes(2) as cluster:
        yield cluster.address


class TestOneWorkerOnRay(ExecutorContract):
    @pytest.fixture(autouse=True)
    def _cluster(self, address: str) -> None:
        self.address = address

    def make(self, made: Program, folder: Path, values: Mapping[str, Any]) -> Executor:
        path = folder / "values"
        write_values(path, values)
        return self.executor(made, folder, str(path) if values else "")

    def executor(self, made: Program, folder: Path, values: str) -> Executor:
        return ray_executor(made, self.address, folder, values=values)


class TestForkedWorkersOnRay(TestOneWorkerOnRay):
    def executor(self, made: Program, folder: Path, values: str) -> Executor:
        return ray_executor(made, self.address, folder, values=values, workers=2, kind=FirstWorker)


def test_an_address_without_a_cluster_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"^--executor ray: "):
        RayCluster(ClusterRequest("127.0.0.1:1"))


SLEEPING = """
import time

def model():
    x = {{uniform(-1, 1, name='x')}}
    time.sleep(1.0)
    return (x - 0.2) ** 2
"""


def command(folder: Path, address: str, *more: str) -> list[str]:
    run = [sys.executable, "-m", "hypertemplate", "run", "model.py", "--executor", f"ray:{address}"]
    return [*run, "--study", str(folder / "model.study"), *more]


def trials(folder: Path) -> list[tuple[int, str]]:
    import sqlite3

    with sqlite3.connect(folder / "model.study" / "study.db") as connection:
        return list(connection.execute("SELECT number, state FROM trial ORDER BY number"))


def test_a_node_leaves_and_another_joins_in_the_middle(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(SLEEPING)
    with ray_nodes(2, 2, 2) as cluster:
        nodes = list(cluster.worker_nodes)
        told: list[str] = []
        with subprocess.Popen(
            command(tmp_path, cluster.address, "--max-evals", "30", "--workers", "6"),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as search:
            assert search.stdout is not None
            for line in search.stdout:
                told.append(line)
                if line.split()[:1] == ["8"]:
                    cluster.remove_node(nodes[0], allow_graceful=False)
                    add_node(cluster)
        assert search.returncode == 0, "".join(told)
    assert trials(tmp_path) == [(number, "COMPLETE") for number in range(30)]
    assert any("runs again" in line and "is lost" in line for line in told), "".join(told)


def test_ten_kills_in_a_row_lose_no_finished_trial(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(SLEEPING)
    dice = random.Random(20)
    with ray_nodes(2, 2, 2) as cluster:
        done: set[int] = set()
        kills = itertools.count(1)
        told: list[str] = []
        more = ["--max-evals", "60", "--workers", "6", "--retries-lost", "9"]
        with subprocess.Popen(
            command(tmp_path, cluster.address, *more),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as search:
            assert search.stdout is not None
            for line in search.stdout:
                told.append(line)
                if line.split()[:1] and line.split()[0].isdigit():
                    done.add(int(line.split()[0]))
                    assert {number for number, state in trials(tmp_path) if state == "COMPLETE"} >= done
                    if len(done) % 4 == 0 and next(kills) <= 10:
                        kill_one(cluster, dice)
        assert search.returncode == 0, "".join(told)
    assert trials(tmp_path) == [(number, "COMPLETE") for number in range(60)]


def kill_one(cluster: Any, dice: random.Random) -> None:
    """Kill the host of a node, or a whole node, which another one replaces."""
    if dice.random() < 0.5:
        node = dice.choice(list(cluster.worker_nodes))
        cluster.remove_node(node, allow_graceful=False)
        add_node(cluster)
    else:
        listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True)
        hosts = [int(line.split()[0]) for line in listed.stdout.splitlines() if "ray::NodeHost" in line]
        if hosts:
            os.kill(dice.choice(hosts), signal.SIGKILL)
