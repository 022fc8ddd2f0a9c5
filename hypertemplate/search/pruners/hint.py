"""Hint that trials can be stopped early, in a search where none is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypertemplate.search.pruners.base import NoPruner
from hypertemplate.search.study import Curve, Study, Trial
from hypertemplate.units import counted

FEWEST_EPOCHS, FEWEST_TRIALS = 8, 20
"""Shortest fit, and smallest search, in which stopping early is worth a line."""


class PruningHint(NoPruner):
    """`Pruner` that stops no trial, and says once that others do: after the first trial whose fit was seen.

    Args:
        note: is given the line.
    """

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._due = False

    def begin(self, study: Study, interrupted: Sequence[Trial]) -> None:
        """Say nothing in a small search, nor where an earlier run has said it."""
        seen = any(trial.curves for trial in (*study.trials, *interrupted))
        self._due = study.max_evals >= FEWEST_TRIALS and not seen

    def trial_ended(self, trial: Trial, study: Study) -> None:
        """Say it if a fit of the trial is long, and reports a metric to stop trials by."""
        if not self._due or not trial.curves:
            return
        self._due = False
        longest = max(trial.curves, key=_length)
        names = {name for curve in trial.curves for report in curve.reports for name in report.metrics}
        judging = study.objective in names or any(name.startswith("val_") for name in names)
        if _length(longest) >= FEWEST_EPOCHS and judging:
            long = counted(_length(longest), longest.unit)
            self._note(f"a fit has {long}; to stop bad trials early: --prune asha")


def _length(curve: Curve) -> int:
    return curve.epochs or curve.count
