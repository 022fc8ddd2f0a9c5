"""What this machine has for workers: cores and memory, within the limits of the container that it may be."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

MOST_WORKERS = 8
"""More than this many are never started unasked."""

SPARED = 0.2
"""The share of the memory that is left free when workers are counted."""

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
"""The variables from which libraries learn how many threads to start."""

ROOT = Path("/")


def auto_workers(cores: int, memory_bytes: int | None, first_trial_bytes: int | None) -> int:
    """How many workers to run where the user leaves that open: at least 1, at most `MOST_WORKERS`.

    Args:
        cores: one worker for each.
        memory_bytes: what is there for all workers together; None if that is not known.
        first_trial_bytes: the most that a worker had resident in its first trial; None before that.
    """
    most = min(cores, MOST_WORKERS)
    if memory_bytes is not None and first_trial_bytes:
        most = min(most, int(memory_bytes * (1 - SPARED)) // first_trial_bytes)
    return max(most, 1)


def thread_settings(threads: int) -> dict[str, str]:
    """The environment variables that give a worker this many threads."""
    return dict.fromkeys(THREADS, str(threads))


def available_cores(root: Path = ROOT) -> int:
    """How many cores this process may use, by its affinity and the quotas of its control groups."""
    if hasattr(os, "sched_getaffinity"):
        cores = float(len(os.sched_getaffinity(0)))
    else:
        cores = float(os.cpu_count() or 1)
    for group in _groups(root, "cpu"):
        quota = _words(group / "cpu.max")  # version 2: quota and period in one file
        quota = quota or _words(group / "cpu.cfs_quota_us") + _words(group / "cpu.cfs_period_us")
        if len(quota) == 2 and quota[0].isdigit() and int(quota[0]) > 0:
            cores = min(cores, int(quota[0]) / int(quota[1]))
    return max(int(cores), 1)


def available_memory(root: Path = ROOT) -> int | None:
    """Bytes that could be had now, by the kernel and the limits of this process's control groups."""
    found = []
    for line in _lines(root / "proc/meminfo"):
        name, _, amount = line.partition(":")
        if name == "MemAvailable":
            found.append(int(amount.split()[0]) * 1024)
    for group in _groups(root, "memory"):
        for limit, used in (
            ("memory.max", "memory.current"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes"),
        ):
            most, now = _words(group / limit), _words(group / used)
            if most and now and most[0].isdigit():
                found.append(max(int(most[0]) - int(now[0]) + _reclaimable(group), 0))
    return min(found, default=None)


def resident_memory(process: int, root: Path = ROOT) -> int | None:
    """Bytes of physical memory that a process has now; None if that is not known, or it has ended."""
    return _status_bytes(process, "VmRSS", root)


def peak_memory(process: int, root: Path = ROOT) -> int | None:
    """The most bytes of physical memory that a process had since its trial began, where that is known."""
    return _status_bytes(process, "VmHWM", root)


def _status_bytes(process: int, name: str, root: Path) -> int | None:
    for line in _lines(root / f"proc/{process}/status"):
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return None


def _reclaimable(group: Path) -> int:
    """Bytes that count as used, but are only files that the kernel remembers."""
    for line in _lines(group / "memory.stat"):
        name, _, amount = line.partition(" ")
        # Version 1 has sums over the groups below under another name.
        if name in ("total_inactive_file", "inactive_file"):
            return int(amount)
    return 0


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """The folders of this process's control groups, of both versions, and of all that hold them."""
    for line in _lines(root / "proc/self/cgroup"):
        _, names, path = line.split(":", 2)
        if names and controller not in names.split(","):
            continue
        mounts = (controller, names) if names else ("", "unified")
        for mount in dict.fromkeys(mounts):
            top = root / "sys/fs/cgroup" / mount
            group = top / path.strip("/")
            # A container sees its own group as the top, whatever the path says.
            yield from (folder for folder in (group, *group.parents) if folder.is_relative_to(top))


def _words(path: Path) -> list[str]:
    return [word for line in _lines(path) for word in line.split()]


def _lines(path: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return path.read_text().splitlines()
    return []
