"""Numbers as one line of blocks."""

from __future__ import annotations

import math
from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
"""Blocks, from the lowest to the highest."""

ASCII_BLOCKS = "_.-=+*%#"
"""Blocks where a stream has no others."""


def sparkline(
    values: Sequence[float],
    width: int,
    blocks: str = BLOCKS,
    *,
    total: int = 0,
    bounds: tuple[float, float] | None = None,
) -> str:
    """Draw numbers as blocks, one for each, or for several where there are many; NaN is a gap.

    Args:
        values: the numbers.
        width: most blocks.
        blocks: characters, from the lowest to the highest.
        total: number of values that there will be; what is drawn then grows without moving.
        bounds: lowest and highest number of the scale; by default those of the values.
    """
    finite = [value for value in values if math.isfinite(value)]
    low, high = bounds or (min(finite, default=0.0), max(finite, default=0.0))
    total = max(total, len(values))
    count = min(total, width)
    shown = []
    for place in range(count):
        first, end = place * total // count, (place + 1) * total // count
        if first >= len(values):
            break
        shown.append(_block(values[min(end, len(values)) - 1], low, high, blocks))
    return "".join(shown)


def _block(value: float, low: float, high: float, blocks: str) -> str:
    if math.isnan(value):
        return " "
    share = (min(max(value, low), high) - low) / (high - low) if high > low else 0.0
    return blocks[min(len(blocks) - 1, int(share * len(blocks)))]
