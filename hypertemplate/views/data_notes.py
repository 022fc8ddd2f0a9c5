"""Trials that count although they have read other data than the last ones, in words."""

from __future__ import annotations

from collections.abc import Sequence

from hypertemplate.search.service.data_record import other_data
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.units import counted, listed
from hypertemplate.views.text import plain

MOST_NAMED = 5
"""Most trials, and most files, that are named one by one."""


def data_notes(kept: Kept) -> list[str]:
    """Say which trials have read earlier contents of files; no lines where all have read the same."""
    found: dict[tuple[str, ...], list[int]] = {}
    for trial in kept.study.trials:
        if names := other_data(kept, trial):
            found.setdefault(names, []).append(trial.number)
    return [
        f"{_which(numbers)} read earlier contents of {files_text(names)}" for names, numbers in found.items()
    ]


def files_text(names: Sequence[str]) -> str:
    """Name files: ``a.csv``, ``a.csv, b.csv and 4 other files``."""
    more = len(names) - MOST_NAMED
    return listed([*map(plain, names[:MOST_NAMED]), *([counted(more, "other file")] if more > 0 else [])])


def _which(numbers: Sequence[int]) -> str:
    """Name trials: ``trial 3``, ``trials 3 and 5``, ``trials 0 to 19``, ``12 trials from 0 to 19``."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) > 2 and last - first == len(numbers) - 1:
        return f"trials {first} to {last}"
    if len(numbers) > MOST_NAMED:
        return f"{counted(len(numbers), 'trial')} from {first} to {last}"
    return f"trial{'s' if len(numbers) > 1 else ''} {listed([*map(str, numbers)])}"
