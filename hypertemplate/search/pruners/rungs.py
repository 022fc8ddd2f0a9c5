"""Rungs of successive halving, and the rank of a trial among those that have arrived at one; pure.

The rule is the stopping type of asynchronous successive halving (Li et al., "A System for Massively Parallel
Hyperparameter Tuning", 2020), as in Syne Tune: a trial that is not among the best third when it arrives is
stopped, and never taken up again.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

FACTOR = 3
"""Ratio of two rungs, and of the trials that arrive to those that go on."""

FEWEST = 5
"""Number of trials, this one included, that must have arrived at a rung before one is stopped there."""

SETTLED = 3
"""Number of complete trials whose lengths tell how long a fit really is."""


def length(epochs: int | None, complete: Sequence[int]) -> int | None:
    """Return the number of steps of a whole fit; None if it is unknown.

    Args:
        epochs: most epochs that the fit may run; None if unknown.
        complete: number of steps of each complete trial's fit. From `SETTLED` on their median counts: with
            early stopping ``epochs`` says little.
    """
    if len(complete) >= SETTLED:
        return math.ceil(statistics.median(complete))
    return epochs


def rungs(length: int, first: int | None = None) -> tuple[int, ...]:
    """Return the steps at which a trial is compared, below `length`.

    Args:
        length: number of steps of a whole fit.
        first: lowest rung; by default a ninth of the length, rounded up.
    """
    rung = math.ceil(length / FACTOR**2) if first is None else first
    found = []
    while rung < length:
        found.append(rung)
        rung *= FACTOR
    return tuple(found)


def passes(better: int, arrived: int) -> bool:
    """Tell whether a trial continues: it is among the best third that have arrived, ties included.

    Args:
        better: number of trials that are better here.
        arrived: number of trials that have arrived, this one included.
    """
    return arrived < FEWEST or better < math.ceil(arrived / FACTOR)
