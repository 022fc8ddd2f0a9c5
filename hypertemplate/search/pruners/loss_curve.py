"""Watched losses of one fit, by step, and what a trial had reached at a step."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

Standing = tuple[float, float]
"""Best watched loss of a trial so far, and the best loss of the same reports, which ranks equal ones."""


@dataclass(frozen=True)
class LossCurve:
    """Watched losses of a fit: lower is better.

    A step is the fit's own count of its reports, from 1; some steps may be missing: of a long fit not all
    are reported, and a metric of validation is not in each report.

    Attributes:
        steps: steps of the losses, in rising order.
        losses: watched losses.
        ties: losses that rank equal values.
        so_far: best of both up to each step, with what was left out; empty where nothing was.
    """

    steps: tuple[int, ...] = ()
    losses: tuple[float, ...] = ()
    ties: tuple[float, ...] = ()
    so_far: tuple[Standing, ...] = ()

    @property
    def step(self) -> int:
        """Step of the last loss; 0 if there is none."""
        return self.steps[-1] if self.steps else 0

    @cached_property
    def standing(self) -> Standing:
        """Best losses so far; NaN counts as the worst."""
        return self.so_far[-1] if self.so_far else (_best(self.losses), _best(self.ties))

    def until(self, step: int) -> LossCurve | None:
        """Return the curve up to its first loss at `step` or later; None if it has not come so far."""
        end = bisect_left(self.steps, step) + 1
        if end > len(self.steps):
            return None
        return LossCurve(self.steps[:end], self.losses[:end], self.ties[:end], self.so_far[:end])

    def loss_at(self, step: int) -> float | None:
        """Return the first loss at `step` or later; None if the curve has not come so far."""
        at = bisect_left(self.steps, step)
        return self.losses[at] if at < len(self.steps) else None

    def arrives(self, step: int) -> bool:
        """Tell whether the last loss is the first one at `step` or later."""
        return bisect_left(self.steps, step) == len(self.steps) - 1


def _best(losses: tuple[float, ...]) -> float:
    return min((loss for loss in losses if not math.isnan(loss)), default=math.inf)
