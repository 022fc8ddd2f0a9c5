"""What the machine has, read from trees of files as the kernel shows them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hypertemplate.executors.resources import (
    auto_workers,
    available_cores,
    available_memory,
    peak_memory,
    resident_memory,
    thread_settings,
)

GB = 10**9


@pytest.mark.parametrize(
    ("cores", "memory", "first", "workers"),
    [
        pytest.param(4, 64 * GB, GB, 4, id="one for each core"),
        pytest.param(64, 640 * GB, GB, 8, id="never more than eight"),
        pytest.param(8, 10 * GB, 2 * GB, 4, id="no more than memory allows, with a fifth left free"),
        pytest.param(8, GB, 2 * GB, 1, id="one, however little memory there is"),
        pytest.param(1, 64 * GB, GB, 1, id="one core"),
        pytest.param(4, None, GB, 4, id="memory that is not known"),
        pytest.param(4, 64 * GB, None, 4, id="before the first trial"),
    ],
)
def test_the_number_of_workers(cores: int, memory: int | None, first: int | None, workers: int) -> None:
    assert auto_workers(cores, memory, first) == workers


def machine(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


V1 = "4:memory:/box/inner\n3:cpuset:/\n2:cpu,cpuacct:/box\n1:name=systemd:/\n"


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        pytest.param({}, 6, id="no control groups"),
        pytest.param(
            {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, 6, id="no limit"
        ),
        pytest.param(
            {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "250000 100000\n"}, 2, id="a container"
        ),
        pytest.param(
            {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n"}, 1, id="half a core"
        ),
        pytest.param(
            {
                "proc/self/cgroup": "0::/user.slice/session\n",
                "sys/fs/cgroup/user.slice/cpu.max": "300000 100000\n",
                "sys/fs/cgroup/user.slice/session/cpu.max": "max 100000\n",
            },
            3,
            id="a group that holds this one",
        ),
        pytest.param(
            {
                "proc/self/cgroup": V1,
                "sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": "400000\n",
                "sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "100000\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            4,
            id="version 1",
        ),
        pytest.param(
            {
                "proc/self/cgroup": V1,
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "200000\n",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            },
            2,
            id="version 1, two controllers in one folder, seen from inside",
        ),
    ],
)
def test_cores(files: dict[str, str], cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(6)))
    assert available_cores(machine(tmp_path, files)) == cores


def test_a_system_without_affinity_has_all_its_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 5)
    assert available_cores(tmp_path) == 5


MEMINFO = "MemTotal:       24000000 kB\nMemFree:         9000000 kB\nMemAvailable:   16000000 kB\n"


@pytest.mark.parametrize(
    ("files", "available"),
    [
        pytest.param({}, None, id="nothing is known"),
        pytest.param({"proc/meminfo": MEMINFO}, 16_384_000_000, id="the machine's"),
        pytest.param(
            {
                "proc/meminfo": MEMINFO,
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/memory.max": "8000\n",
                "sys/fs/cgroup/memory.current": "3000\n",
                "sys/fs/cgroup/memory.stat": "anon 1000\ninactive_file 1500\n",
            },
            6500,
            id="a container's, less what files only take until it is needed",
        ),
        pytest.param(
            {
                "proc/meminfo": MEMINFO,
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/memory.max": "max\n",
                "sys/fs/cgroup/memory.current": "3000\n",
            },
            16_384_000_000,
            id="a group without a limit",
        ),
        pytest.param(
            {
                "proc/self/cgroup": V1,
                "sys/fs/cgroup/memory/box/inner/memory.limit_in_bytes": "9223372036854771712\n",
                "sys/fs/cgroup/memory/box/inner/memory.usage_in_bytes": "1000\n",
                "sys/fs/cgroup/memory/box/memory.limit_in_bytes": "2000\n",
                "sys/fs/cgroup/memory/box/memory.usage_in_bytes": "2500\n",
            },
            0,
            id="version 1, over the limit of a group that holds this one",
        ),
    ],
)
def test_memory(files: dict[str, str], available: int | None, tmp_path: Path) -> None:
    assert available_memory(machine(tmp_path, files)) == available


def test_memory_of_a_process(tmp_path: Path) -> None:
    root = machine(tmp_path, {"proc/7/status": "Name:\tpython\nVmHWM:\t    2000 kB\nVmRSS:\t    1000 kB\n"})
    assert (resident_memory(7, root), peak_memory(7, root)) == (1_024_000, 2_048_000)
    assert resident_memory(8, root) is None
    machine(tmp_path, {"proc/9/status": "Name:\tended\nState:\tZ (zombie)\n"})
    assert resident_memory(9, root) is None


def test_this_machine_has_something() -> None:
    assert available_cores() >= 1
    assert (available_memory() or 0) > 0
    assert 0 < (resident_memory(os.getpid()) or 0) <= (peak_memory(os.getpid()) or 0)


def test_threads_are_said_in_the_words_of_each_library() -> None:
    assert thread_settings(3) == {
        "OMP_NUM_THREADS": "3",
        "OPENBLAS_NUM_THREADS": "3",
        "MKL_NUM_THREADS": "3",
        "NUMEXPR_NUM_THREADS": "3",
        "VECLIB_MAXIMUM_THREADS": "3",
        "TF_NUM_INTRAOP_THREADS": "3",
        "TF_NUM_INTEROP_THREADS": "3",
    }
