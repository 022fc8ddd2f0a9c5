"""Learning curves as a tidy table: a row for each number that a fit has reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from hypertemplate.search.study import Trial

CURVE_COLUMNS = ("trial", "fit", "step", "epoch", "metric", "value", "seconds")
"""Names of the columns: fits, reports of a fit and epochs count from 1, seconds from the trial's start."""


def curve_rows(trials: Iterable[Trial], metrics: Collection[str] = ()) -> list[dict[str, object]]:
    """Return the rows of these metrics, or of all, each with the values of `CURVE_COLUMNS`."""
    return [
        {
            "trial": trial.number,
            "fit": curve.fit + 1,
            "step": report.step + 1,
            "epoch": number,
            "metric": name,
            "value": value,
            "seconds": report.seconds,
        }
        for trial in trials
        for curve in trial.curves
        for number, report in zip(curve.numbers, curve.reports, strict=True)
        for name, value in report.metrics.items()
        if not metrics or name in metrics
    ]
