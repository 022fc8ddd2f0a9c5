"""Cores and memory, within the limits of the container that this process may run in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hypertemplate.accelerators.detect.host import Surroundings, lines, number


def available_cores(surroundings: Surroundings) -> int:
    """Count the cores that this process may use, by its affinity and the quotas of its control groups."""
    cores = float(surroundings.affinity)
    for group in _groups(surroundings.root, "cpu"):
        quota = _words(group / "cpu.max")  # version 2: quota and period in one file
        quota = quota or _words(group / "cpu.cfs_quota_us") + _words(group / "cpu.cfs_period_us")
        amounts = [number(word) for word in quota]  # None where the quota is unlimited
        if len(amounts) == 2 and amounts[0] and amounts[1]:
            cores = min(cores, amounts[0] / amounts[1])
    return max(int(cores), 1)


def available_memory(surroundings: Surroundings) -> int | None:
    """Return the bytes available now, by the kernel and the limits of this process's control groups."""
    found = []
    for line in lines(surroundings.root / "proc/meminfo"):
        name, _, amount = line.partition(":")
        kibibytes = number(amount.removesuffix("kB"))
        if name == "MemAvailable" and kibibytes is not None:
            found.append(kibibytes * 1024)
    for group in _groups(surroundings.root, "memory"):
        for limit, used in (
            ("memory.max", "memory.current"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes"),
        ):
            most, now = (number("".join(lines(group / name))) for name in (limit, used))
            if most is not None and now is not None:
                found.append(max(most - now + _reclaimable(group), 0))
    return min(found, default=None)


def _reclaimable(group: Path) -> int:
    """Return the bytes that count as used although they are page cache, which the kernel can drop."""
    amounts = dict(line.split(" ", 1) for line in lines(group / "memory.stat") if " " in line)
    # Version 1 names the sums over child groups `total_...`, and lists them after the group's own.
    return number(amounts.get("total_inactive_file") or amounts.get("inactive_file", "")) or 0


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """Yield the folders of this process's control groups, of both versions, and of all their parents."""
    for line in lines(root / "proc/self/cgroup"):
        _, _, rest = line.partition(":")
        names, _, path = rest.partition(":")
        if names and controller not in names.split(","):
            continue
        mounts = (controller, names) if names else ("", "unified")
        for mount in dict.fromkeys(mounts):
            top = root / "sys/fs/cgroup" / mount
            group = top / path.strip("/")
            # A container sees its own group as the top, whatever the path says.
            yield from (folder for folder in (group, *group.parents) if folder.is_relative_to(top))


def _words(path: Path) -> list[str]:
    return [word for line in lines(path) for word in line.split()]
