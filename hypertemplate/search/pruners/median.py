"""Stop below the median of the complete trials: the rule of Optuna's ``MedianPruner`` with its defaults."""

from __future__ import annotations

import statistics

from hypertemplate.search.pruners.curve_pruner import Arrival, CurvePruner
from hypertemplate.search.pruners.rungs import standing

STARTUP = 5
"""Number of complete trials before one is stopped."""


class MedianPruner(CurvePruner):
    """`Pruner` that stops a trial whose best value so far is worse than the median of the others' here.

    Complete trials alone are compared with, from `STARTUP` of them on, and at each epoch.
    """

    def verdict(self, arrival: Arrival) -> str | None:
        """Compare the best value so far with the values of the complete trials at this epoch."""
        curves = [arrival.watched.losses(trial.curves) for trial in self.complete]
        here = [losses[arrival.step - 1] for losses in curves if len(losses) >= arrival.step]
        if len(curves) < STARTUP or not here:
            return None
        middle, (own, _) = statistics.median(here), standing(arrival.losses, (), arrival.step)
        if own <= middle:
            return None
        name, place = arrival.watched.name, f"epoch {arrival.step} of {arrival.length}"
        return f"{name} {abs(own):.5g} at {place} is worse than the median, {abs(middle):.5g}"
