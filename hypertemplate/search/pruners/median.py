"""Stop below the median of the complete trials: the rule of Optuna's ``MedianPruner`` with its defaults."""

from __future__ import annotations

import statistics

from hypertemplate.search.pruners.curve_pruner import Arrival, CurvePruner

STARTUP = 5
"""Number of complete trials before one is stopped."""


class MedianPruner(CurvePruner):
    """`Pruner` that stops a trial whose best value so far is worse than the median of the others' here.

    Complete trials alone are compared with, from `STARTUP` of them on, and at each epoch.
    """

    def verdict(self, arrival: Arrival) -> str | None:
        """Compare the best value so far with the values of the complete trials at this step."""
        came = (other.curve.loss_at(arrival.curve.step) for other in self.complete)
        here = [loss for loss in came if loss is not None]
        if len(self.complete) < STARTUP or not here:
            return None
        middle, (own, _) = statistics.median(here), arrival.curve.standing
        if own <= middle:
            return None
        return f"{arrival.best_text} is worse than the median, {abs(middle):.5g}"
