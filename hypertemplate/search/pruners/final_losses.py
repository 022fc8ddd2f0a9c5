"""Relation between how trials ranked early and the losses that they came to; pure."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import combinations


def mapped(value: float, before: Sequence[float], after: Sequence[float]) -> float | None:
    """Map a value by quantiles from one sorted sample to another of the same size; None if they are empty."""
    above = bisect_left(before, value)
    if above == len(before):
        return after[-1] if after else None
    if above == 0 or before[above] == value:
        return after[above]
    low, high = before[above - 1], before[above]
    share = 0.5 if math.isinf(high - low) else (value - low) / (high - low)
    return after[above - 1] + share * (after[above] - after[above - 1])


def concordance(early: Sequence[float], final: Sequence[float]) -> float:
    """Return Kendall's tau-a: 1 if trials rank early as they end, -1 if the other way round."""
    pairs = list(combinations(zip(early, final, strict=True), 2))
    signs = (_sign(a - b) * _sign(x - y) for (a, x), (b, y) in pairs)
    return sum(signs) / len(pairs) if pairs else 0.0


def _sign(difference: float) -> int:
    return (difference > 0) - (difference < 0)
