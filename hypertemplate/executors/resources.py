"""How many workers there may be, how many threads each, and how much memory they have."""

from __future__ import annotations

from pathlib import Path

from hypertemplate.accelerators.detect.host import lines
from hypertemplate.accelerators.plan.capacity import auto_workers as auto_workers

MOST_PER_CORE = 8
"""More workers than this for each core are taken for a slip."""

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


def crowded(workers: int, cores: int) -> tuple[str, ...]:
    """A note on more workers than make sense, if they are."""
    if workers <= MOST_PER_CORE * cores:
        return ()
    return (
        f"{workers} workers share {cores} core{'s' if cores > 1 else ''}: more than one for each seldom "
        "makes a search faster, and each takes memory of its own",
    )


def thread_settings(threads: int) -> dict[str, str]:
    """The environment variables that give a worker this many threads."""
    return dict.fromkeys(THREADS, str(threads))


def resident_memory(process: int, root: Path = ROOT) -> int | None:
    """Bytes of physical memory that a process has now; None if that is not known, or it has ended."""
    return _status_bytes(process, "VmRSS", root)


def peak_memory(process: int, root: Path = ROOT) -> int | None:
    """The most bytes of physical memory that a process had since its trial began, where that is known."""
    return _status_bytes(process, "VmHWM", root)


def _status_bytes(process: int, name: str, root: Path) -> int | None:
    for line in lines(root / f"proc/{process}/status"):
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return None
