"""Number of trials that were stopped early, and what that saved."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from hypertemplate.origin import Unit
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.units import counted, rough_duration


@dataclass(frozen=True, slots=True)
class EarlyStops:
    """Trials of a search that were stopped early.

    Attributes:
        stopped: number of them.
        ran: number of epochs that all trials ran.
        saved: number of epochs that these would have run further.
        saved_s: seconds by which the search is shorter for it; None if no epoch after a first one tells.
        unit: epoch, or the other unit that these are counted in.
    """

    stopped: int = 0
    ran: int = 0
    saved: int = 0
    saved_s: float | None = 0.0
    unit: Unit = "epoch"


NO_STOPS = EarlyStops()
"""A search in which no trial was stopped early."""


def early_stops(study: Study) -> EarlyStops:
    """Find the trials that were stopped early.

    A further epoch would have taken as long as those of the same trial took, else as those of others, less
    the first, which compiles. Workers that run at once share what is saved.
    """
    study = study.without_equal
    stopped = [trial for trial in study.trials if trial.state is TrialState.PRUNED and _epochs(trial)]
    complete = [trial for trial in study.trials if trial.state is TrialState.COMPLETE and trial.curves]
    known_s = [seconds for trial in study.trials if (seconds := _epoch_s(trial)) is not None]
    saved, saved_s = 0, 0.0
    for trial in stopped:
        rest = max(0, _whole(trial, complete) - _epochs(trial))
        saved += rest
        if known_s:
            seconds = _epoch_s(trial)
            saved_s += rest * (statistics.median(known_s) if seconds is None else seconds)
    workers = len({trial.worker for trial in study.trials})
    ran, unit = sum(map(_epochs, study.trials)), stopped[0].curves[0].unit if stopped else "epoch"
    saved_s /= max(1, workers)
    return EarlyStops(len(stopped), ran, saved, saved_s if known_s else None, unit)


def early_stops_text(study: Study) -> str:
    """Say how many trials were stopped early, how many epochs ran, and the time saved; empty for none.

    Example: ``18 of 60 trials pruned: 310 of 1,200 epochs run, about 12m of search time saved``.
    """
    found = early_stops(study)
    if not found.stopped:
        return ""
    text = f"{found.stopped} of {counted(study.evaluations, 'trial')} pruned"
    ran = f"{found.ran:,} of {found.ran + found.saved:,} {found.unit}s run"
    if found.saved_s is None:
        return f"{text}: {ran}"
    return f"{text}: {ran}, about {rough_duration(found.saved_s)} of search time saved"


def _whole(trial: Trial, complete: Sequence[Trial]) -> int:
    """Return the number of epochs that a trial would have run if it had not been stopped.

    Those are the epochs that its fits were to run, as far as those of complete trials ran them: with early
    stopping ``epochs`` says little. Fits that it did not come to are those of complete trials, and so is the
    length of a fit that does not say it.
    """
    if complete and any(curve.epochs is None for curve in trial.curves):
        return math.ceil(statistics.median(map(_epochs, complete)))
    planned = [_planned(curve) for curve in trial.curves]
    alike = [other for other in complete if len(other.curves) > len(trial.curves)]
    more = [sum(map(_planned, other.curves[len(trial.curves) :])) for other in alike]
    share = [_epochs(other) / max(1, sum(map(_planned, other.curves))) for other in complete]
    further = statistics.median(more) if 2 * len(alike) > len(complete) else 0
    return math.ceil((sum(planned) + further) * (statistics.median(share) if share else 1.0))


def _planned(curve: Curve) -> int:
    return max(curve.epochs or 0, curve.count)


def _epochs(trial: Trial) -> int:
    return sum(curve.count for curve in trial.curves)


def _epoch_s(trial: Trial) -> float | None:
    """Return the seconds that an epoch of a trial took after the first one of its fit; None if unknown."""
    spans = [
        (curve.reports[-1].seconds - curve.reports[0].seconds, curve.count - 1)
        for curve in trial.curves
        if curve.reports and curve.reports[-1].seconds is not None and curve.reports[0].seconds is not None
    ]
    epochs = sum(count for _, count in spans)
    return sum(seconds for seconds, _ in spans) / epochs if epochs else None
