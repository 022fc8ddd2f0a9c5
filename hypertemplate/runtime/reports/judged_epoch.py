"""Epoch of a fit that a trial is judged by: where its number is from, and which weights go with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypertemplate.runtime.kept_models.epoch_weights import KEPT, scored_epochs
from hypertemplate.runtime.outcome import Scored
from hypertemplate.runtime.protocol import Complete
from hypertemplate.runtime.reports.fits import Fits


def with_fits(trial: Scored, fits: Fits) -> Scored:
    """Return a trial whose origin tells its last fit from others: by its number, and by its first epoch."""
    count = 1 if _epoch_in(trial, fits) is None else fits.count
    fit = fits.last.number if fits.last.number < fits.count - 1 else None
    return replace(trial, origin=replace(trial.origin, earlier=fits.last.earlier, fits=count, fit=fit))


def _epoch_in(trial: Scored, fits: Fits) -> int | None:
    """Return the epoch, from 0, of the last fit that has the number of a trial which is judged by a fit.

    It is found by its value, since a History may be of an earlier fit, or of several.
    """
    if trial.origin.epoch is None or not isinstance(trial.outcome, Complete):
        return None
    numbers = (trial.outcome.loss, -trial.outcome.loss)
    has_it = (at for at, one in enumerate(fits.last.curve) if one.get(trial.origin.name) in numbers)
    return next(has_it, None)


def scored_reports(trial: Scored, fits: Fits) -> Iterator[int]:
    """Yield the steps of the reports that a trial's number is of, or may be of.

    Where nothing tells yet whether more of the number is better, they are the lowest and the highest one.
    """
    if (step := _epoch_in(trial, fits)) is None:
        return
    yield step
    if trial.maximize is None:
        having = [at for at, one in enumerate(fits.last.curve) if trial.origin.name in one]
        yield from (way(having, key=lambda at: fits.last.curve[at][trial.origin.name]) for way in (min, max))


def give_scored_weights(trial: Scored, fits: Fits) -> str:
    """Give the model of the last fit the weights of the epoch that the trial is judged by; note where not.

    Nothing is done where the weights that the trial ended with were scored, as by ``evaluate``.
    """
    if fits.weights is None or not isinstance(trial.outcome, Complete):
        return ""
    if trial.origin.where == "fit" and trial.origin.epoch is not None:
        found = _epoch_in(trial, fits)
        scored = [] if found is None else [(found, trial.origin.name)]
    else:
        curve = fits.last.curve
        scored = scored_epochs(trial.outcome.loss, curve, fits.evaluated, predicted=fits.predicted)
        if not scored:
            return ""
    if fits.last.unit == "step":  # of which there are no copies
        said = f"{KEPT} the weights that training ended with, while the losses are of an earlier report"
        last = len(fits.last.curve) - 1
        return said if scored and last not in dict(scored) else ""
    return fits.weights.put_back(scored, trial.model)
