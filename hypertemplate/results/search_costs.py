"""Costs of a search: the time and the epochs that it took, and those that it did without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hypertemplate.origin import Unit
from hypertemplate.search.study import Study
from hypertemplate.views.early_stops import early_stops


@dataclass(frozen=True, slots=True)
class SearchCosts:
    """Time and epochs of a search.

    Attributes:
        trials_s: seconds that all trials took together.
        span_s: seconds from the start of the first trial to the end of the last one, pauses included;
            None if unknown.
        workers: number of workers that ran trials.
        epochs: number of epochs, rounds or steps that all trials ran.
        unit: unit of these.
        pruned: number of trials that were stopped early.
        saved: number of epochs that these would have run further.
        saved_s: seconds by which the search is shorter for it; None if unknown.
        answered: number of trials that did not run, since another trial had read the same values.
    """

    trials_s: float = 0.0
    span_s: float | None = None
    workers: int = 0
    epochs: int = 0
    unit: Unit = "epoch"
    pruned: int = 0
    saved: int = 0
    saved_s: float | None = 0.0
    answered: int = 0


def search_costs(study: Study) -> SearchCosts:
    """Return the costs of the trials that have ended, those left out included."""
    ran = [trial for trial in (*study.trials, *study.left_out) if trial.equal_to is None]
    stops = early_stops(study)
    units = [curve.unit for trial in ran for curve in trial.curves]
    starts = [
        (start, trial.duration_s or 0.0) for trial in ran if (start := _seconds(trial.started_at)) is not None
    ]
    span = max(at + took for at, took in starts) - min(at for at, _ in starts) if starts else None
    return SearchCosts(
        trials_s=sum(trial.duration_s or 0.0 for trial in ran),
        span_s=span,
        workers=len({trial.worker for trial in ran}),
        epochs=sum(curve.count for trial in ran for curve in trial.curves),
        unit=units[0] if units else "epoch",
        pruned=stops.stopped,
        saved=stops.saved,
        saved_s=stops.saved_s,
        answered=len(study.trials) + len(study.left_out) - len(ran),
    )


def _seconds(moment: str) -> float | None:
    """Return a time of ISO 8601 in seconds; None if it is not one, as in a damaged study."""
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return None
