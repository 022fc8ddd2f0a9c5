"""Choice of the reports of a long fit that are kept, and what is known of those that are left out; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

MOST = 100
"""Number of reports of a fit, evenly spread, above which some are left out."""


@dataclass(frozen=True, slots=True)
class SoFar:
    """Values that a metric has had in a fit, up to a report.

    Attributes:
        count: number of its values.
        lowest: lowest finite one; infinite without any.
        highest: highest finite one; minus infinity without any.
    """

    count: int = 0
    lowest: float = math.inf
    highest: float = -math.inf

    def and_then(self, value: float) -> SoFar:
        """Return the same after one more value."""
        if not math.isfinite(value):
            return SoFar(self.count + 1, self.lowest, self.highest)
        return SoFar(self.count + 1, min(self.lowest, value), max(self.highest, value))


def leaves_out(epochs: int | None) -> bool:
    """Tell whether some reports of a fit of at most `epochs` epochs may be left out; None if unknown."""
    return epochs is None or epochs > MOST


def stride(count: int, epochs: int | None) -> int:
    """Return the number of values of which one is kept, once there are `count` of them.

    Args:
        count: number of values so far.
        epochs: most values that are expected; None if unknown: the stride then doubles as they come.
    """
    found = math.ceil((epochs or 1) / MOST)
    while count > found * MOST:
        found *= 2
    return found


def is_due(step: int, so_far: Mapping[str, SoFar], totals: Mapping[str, SoFar], epochs: int | None) -> bool:
    """Tell whether a report is among those that are kept evenly: about `MOST` for each metric.

    Args:
        step: number of the report in its fit, from 0.
        so_far: values of the metrics of this report, up to it.
        totals: values of each metric until now.
        epochs: most reports of the fit; None if unknown. A metric that not every report has may have fewer.
    """
    return any(
        one.count % stride(totals[name].count, epochs if one.count == step + 1 else None) == 0
        for name, one in so_far.items()
    )
