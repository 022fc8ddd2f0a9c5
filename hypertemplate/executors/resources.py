"""Limits on workers, their threads, and the memory of their processes."""

from __future__ import annotations

from pathlib import Path

from hypertemplate.accelerators.detect.host import lines
from hypertemplate.accelerators.plan.workers_per_device import auto_workers as auto_workers

MOST_PER_CORE = 8
"""Most workers for each core before the user is warned."""

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
"""Variables that tell libraries how many threads to start."""

ROOT = Path("/")


def crowded(workers: int, cores: int) -> tuple[str, ...]:
    """Return a note if there are more workers than make sense."""
    if workers <= MOST_PER_CORE * cores:
        return ()
    return (
        f"{workers} workers share {cores} core{'s' if cores > 1 else ''}: more than one for each seldom "
        "makes a search faster, and each takes memory of its own",
    )


def thread_settings(threads: int) -> dict[str, str]:
    """Return the environment variables that give a worker this many threads."""
    return dict.fromkeys(THREADS, str(threads))


def resident_memory(process: int, root: Path = ROOT) -> int | None:
    """Return a process's resident memory in bytes; None if unknown, or if it has ended."""
    return _status_bytes(process, "VmRSS", root)


def peak_memory(process: int, root: Path = ROOT) -> int | None:
    """Return a process's peak resident memory in bytes since its trial began; None if unknown."""
    return _status_bytes(process, "VmHWM", root)


def _status_bytes(process: int, name: str, root: Path) -> int | None:
    for line in lines(root / f"proc/{process}/status"):
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return None
