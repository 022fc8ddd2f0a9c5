"""Relation between how trials ranked early and the losses that they came to; pure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter


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
    pairs = sorted(zip(early, final, strict=True))
    before: list[float] = []  # final losses of those that ranked better, in order
    concordant = 0
    for _, group in groupby(pairs, key=itemgetter(0)):
        equal = [final for _, final in group]
        concordant += sum(bisect_left(before, one) + bisect_right(before, one) - len(before) for one in equal)
        for one in equal:
            insort(before, one)
    count = len(pairs) * (len(pairs) - 1) // 2
    return concordant / count if count else 0.0
