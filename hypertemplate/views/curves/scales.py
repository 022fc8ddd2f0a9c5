"""Scales of axes: which place a number has between two ends, and which ends fit some numbers."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 8
"""Fewest values among which one can lie far from all others."""

FAR = 20.0
"""Multiple of the spread of nearly all values beyond which one is not worth the height of a chart."""

MANY_ORDERS = 1000.0
"""Ratio of the highest to the lowest value from which on a scale is logarithmic."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Scale of an axis.

    Attributes:
        low: number at its beginning.
        high: number at its end.
        is_log: whether equal lengths are equal ratios.
    """

    low: float
    high: float
    is_log: bool = False

    def share(self, value: float) -> float:
        """Return the place of a value, from 0 to 1; one beyond the ends is at an end."""
        if self.high <= self.low:
            return 0.5
        value = min(max(value, self.low), self.high)
        if self.is_log:
            return (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return (value - self.low) / (self.high - self.low)

    def at(self, share: float) -> float:
        """Return the value at a place."""
        if self.is_log:
            return math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        return self.low + share * (self.high - self.low)


def fitting_scale(values: Sequence[float], far: float = FAR) -> Scale:
    """Return the scale for some values: a logarithmic one where nearly all have many orders of magnitude."""
    low, high = bounds(values)
    if low > 0 and high / MANY_ORDERS >= low:
        return Scale(low, high, is_log=True)
    return Scale(*bounds(values, far))


def bounds(values: Sequence[float], far: float = FAR) -> tuple[float, float]:
    """Return the lowest and the highest of the finite values that do not lie far from nearly all others.

    Args:
        values: the values.
        far: multiple of the spread of nearly all values that is far; with 0, these alone count.
    """
    finite = sorted(value for value in values if math.isfinite(value))
    if len(finite) < FEWEST:
        return (finite[0], finite[-1]) if finite else (0.0, 0.0)
    parts = statistics.quantiles(finite, n=20, method="inclusive")
    margin = far * (parts[-1] - parts[0])
    near = [value for value in finite if parts[0] - margin <= value <= parts[-1] + margin]
    return near[0], near[-1]
