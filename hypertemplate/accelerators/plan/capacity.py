"""Number of workers that a machine has room for."""

from __future__ import annotations

LARGEST = 1000
"""Most processes on a machine or a device; more is treated as a typing error."""

MOST_WORKERS = 8
"""Most workers that start on a CPU by default."""

SPARED = 0.2
"""Fraction of the memory that stays free when workers are counted."""

DEVICE_WORKER_BYTES = 2 * 1024**3
"""Main memory, not device memory, that one worker with a device is assumed to need."""


def auto_workers(cores: int, memory_bytes: int | None, first_trial_bytes: int | None) -> int:
    """Choose the number of workers where the user leaves it open: at least 1, at most `MOST_WORKERS`.

    Args:
        cores: number of cores; each gets one worker.
        memory_bytes: memory for all workers together; None if unknown.
        first_trial_bytes: peak resident memory of a worker in its first trial; None before that.
    """
    most = min(cores, MOST_WORKERS)
    if first_trial_bytes:
        most = min(most, _fitting(memory_bytes, first_trial_bytes, most))
    return max(most, 1)


def device_workers(wanted: int, memory_bytes: int | None) -> int:
    """Limit the number of workers on devices to what main memory has room for, at least 1."""
    return max(min(wanted, _fitting(memory_bytes, DEVICE_WORKER_BYTES, wanted)), 1)


def _fitting(memory_bytes: int | None, each_bytes: int, unknown: int) -> int:
    if memory_bytes is None:
        return unknown
    return int(memory_bytes * (1 - SPARED)) // each_bytes
