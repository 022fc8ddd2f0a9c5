"""Who decides that a trial is not worth finishing."""

from __future__ import annotations

from typing import Protocol


class Pruner(Protocol):
    """Watches the curve of a running trial; it hears of every epoch, in order."""

    def report(self, number: int, step: int, value: float) -> bool:
        """Whether to stop trial `number` now.

        Args:
            number: of the trial, from 0.
            step: how many epochs of the trial ended before this one, over all of its fits.
            value: what is watched; lower is better.
        """


class NoPruner:
    """Lets every trial run to its end."""

    def report(self, number: int, step: int, value: float) -> bool:
        """Never."""
        return False
