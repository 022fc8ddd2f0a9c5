"""Cores and memory, read from trees of files as the kernel shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.accelerators.detect.cpu import available_cores, available_memory
from hypertemplate.accelerators.detect.host import Surroundings
from tests.accelerators.machines import laid_out


def machine(folder: Path, files: dict[str, str]) -> Surroundings:
    """A machine with six cores and these files."""
    content = {"environment": {}, "links": {}, "commands": {}, "system": "Linux", "architecture": "x86_64"}
    lines = {path: text.splitlines() for path, text in files.items()}
    return laid_out({**content, "affinity": 6, "process": 1, "files": lines}, folder)


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
        pytest.param(
            {"proc/self/cgroup": "nonsense\n0::/\n", "sys/fs/cgroup/cpu.max": "100000 0\n"},
            6,
            id="what makes no sense",
        ),
    ],
)
def test_cores(files: dict[str, str], cores: int, tmp_path: Path) -> None:
    assert available_cores(machine(tmp_path, files)) == cores


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
                "proc/self/cgroup": "4:memory:/\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "8000\n",
                "sys/fs/cgroup/memory/memory.usage_in_bytes": "3000\n",
                "sys/fs/cgroup/memory/memory.stat": "inactive_file 100\nhierarchical_memory_limit 8000\ntotal_inactive_file 1500\n",
            },
            6500,
            id="a container's of version 1, with the groups below it",
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
        pytest.param(
            {
                "proc/meminfo": "MemAvailable: much\n",
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/memory.max": "8000\n",
                "sys/fs/cgroup/memory.current": "some\n",
            },
            None,
            id="what makes no sense",
        ),
    ],
)
def test_memory(files: dict[str, str], available: int | None, tmp_path: Path) -> None:
    assert available_memory(machine(tmp_path, files)) == available
