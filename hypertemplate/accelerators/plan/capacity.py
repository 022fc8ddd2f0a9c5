"""How many workers there is room for."""

from __future__ import annotations

LARGEST = 1000
"""More processes than this, on a machine or on one device, are taken for a slip."""

MOST_WORKERS = 8
"""More than this many are never started on a CPU unasked."""

SPARED = 0.2
"""The share of the memory that is left free when workers are counted."""

DEVICE_WORKER_BYTES = 2 * 1024**3
"""Memory of the machine, not of the device, that a worker with a device is counted with."""


def auto_workers(cores: int, memory_bytes: int | None, first_trial_bytes: int | None) -> int:
    """How many workers to run where the user leaves that open: at least 1, at most `MOST_WORKERS`.

    Args:
        cores: one worker for each.
        memory_bytes: what is there for all workers together; None if that is not known.
        first_trial_bytes: the most that a worker had resident in its first trial; None before that.
    """
    most = min(cores, MOST_WORKERS)
    if first_trial_bytes:
        most = min(most, _fitting(memory_bytes, first_trial_bytes, most))
    return max(most, 1)


def device_workers(wanted: int, memory_bytes: int | None) -> int:
    """How many of the workers that devices have room for the machine's memory has room for, at least 1."""
    return max(min(wanted, _fitting(memory_bytes, DEVICE_WORKER_BYTES, wanted)), 1)


def _fitting(memory_bytes: int | None, each_bytes: int, unknown: int) -> int:
    if memory_bytes is None:
        return unknown
    return int(memory_bytes * (1 - SPARED)) // each_bytes
