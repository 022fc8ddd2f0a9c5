"""The number by which a trial is judged, in words: its name, its direction, and the epoch that has it."""

from __future__ import annotations

from typing import TypedDict

from hypertemplate.origin import DEFAULT, Origin, Unit
from hypertemplate.runtime.metrics.directions import by_ending
from hypertemplate.runtime.objective import Fitted, Wanted, from_fit
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.views.text import plain


class Described(TypedDict):
    """Description of the number of a trial.

    Attributes:
        objective: its name.
        direction: ``minimize``, ``maximize``, or None while that is unknown.
        value: the number as the user's code has it, or None.
        source: place where it was found: ``returned``, ``variable``, ``fit``, or None if unknown.
        epoch: number, from 1, of the epoch of the fit that has it, or None.
        epochs: number of epochs of that fit, or None.
    """

    objective: str
    direction: str | None
    value: float | None
    source: str | None
    epoch: int | None
    epochs: int | None


def score_name(study: Study) -> str:
    """Name the user's number as far as the study says: by its objective, else score or loss."""
    return plain(study.number_name())


def objective_name(study: Study) -> str:
    """Name the number that applied: ``val_loss`` where the model function returned a History."""
    complete = (trial for trial in study.trials if trial.state is TrialState.COMPLETE)
    for trial in complete if study.objective is None else ():
        origin = origin_of(study, trial)
        if origin.where == "fit":
            return plain(origin.name)
    return score_name(study)


def origin_of(study: Study, trial: Trial) -> Origin:
    """Return the origin of a trial's number; of a trial of an earlier version, as its curve tells."""
    if trial.origin.where or trial.loss is None or not study.counts(trial):
        return trial.origin
    name = study.objective or DEFAULT
    found = from_fit(Fitted(trial.curve), Wanted(name, study.maximize), name)
    return found.origin if found is not None and found.number == study.score(trial.loss) else trial.origin


def extreme(study: Study) -> str:
    """Return the word for the best number: lowest, highest, or best while that is unknown."""
    more = by_ending(study.objective or "") if study.maximize is None else study.maximize
    return {True: "highest", False: "lowest", None: "best"}[more]


def direction(study: Study) -> str | None:
    """Return the direction as in JSON: ``minimize`` or ``maximize``; None while it is unknown."""
    return {True: "maximize", False: "minimize", None: None}[study.maximize]


def result(study: Study, trial: Trial, form: str) -> str:
    """Format a trial's loss or score as a number, or its state in a word if it has none."""
    if study.counts(trial) and trial.loss is not None:
        return format(study.score(trial.loss), form)
    return trial.state.value.lower()


def place_text(unit: Unit, number: int, last: int | None) -> str:
    """Say where in a fit a number was reported: ``epoch 7 of 10``; of steps, the user's own number alone."""
    return f"{unit} {place_number(unit, number, last)}"


def place_number(unit: Unit, number: int, last: int | None) -> str:
    """Say the same below a head that is the unit, or after it: ``7 of 10``; the last one may be unknown."""
    return str(number) if unit == "step" or not last else f"{number} of {last}"


def number_text(study: Study, trial: Trial, form: str) -> str:
    """Say what a trial's number is: ``val_loss 0.123 at epoch 7 of 10 (lowest), minimised``."""
    origin = origin_of(study, trial)
    if not study.counts(trial):
        return _unjudged_text(trial)
    text = f"{plain(study.number_name(origin))} {result(study, trial, form)}"
    if origin.epoch is not None:
        text += f" at {place_text(origin.unit, origin.epoch, origin.epochs)}"
        text += "" if origin.fits < 2 else f" of {fit_text(origin.fits - 1, origin.fits)}"
        text += "" if study.maximize is None else f" ({extreme(study)})"
    text += several_text(trial)
    text += {True: ", maximised", False: ", minimised", None: ""}[study.maximize]
    return f"{text}, pruned" if trial.state is TrialState.PRUNED and study.counts(trial) else text


def several_text(trial: Trial) -> str:
    """Say what a trial's number is the mean of, and how far that spreads; empty where it is one number."""
    count = len(trial.losses)
    if count < 2:
        return ""
    what = f"{count} {'runs' if trial.runs else 'losses'}"
    if trial.deviation is None:
        return f" ({what}, all the same)"
    return f" (mean of {what}, sd {trial.deviation:.2g})"


def default_text(study: Study, form: str) -> str:
    """Say how the trial with the defaults of the file ended; an empty text where there is none."""
    trial, best = study.default_trial, study.winner
    if trial is None:
        return ""
    # A parameter without a default in the file, or with one out of its range, has the default of its range.
    stated = all(dimension.default is not None for dimension in study.space)
    which = "the values in the file" if stated else "the defaults"
    if best is not None and trial.number == best.number:
        return which
    said = result(study, trial, form) if study.counts(trial) else _unjudged_text(trial)
    return f"{which}: {said}"


def _unjudged_text(trial: Trial) -> str:
    """Say why a trial has no number: its state, or where it was stopped."""
    if trial.state is not TrialState.PRUNED or not trial.curves:
        return trial.state.value.lower()
    return f"pruned after {place_text(*reached(trial.counting))}"


def reached(curve: Curve) -> tuple[Unit, int, int]:
    """Return how far a fit came: its unit, its last report's number, and the last that was planned."""
    if curve.unit == "step" and curve.reports:
        return curve.unit, curve.numbers[-1], curve.numbers[-1]
    return curve.unit, curve.count, curve.epochs or curve.count


def described(study: Study, trial: Trial) -> Described:
    """Say what a trial's number is, as JSON values."""
    origin = origin_of(study, trial)
    return {
        "objective": plain(study.number_name(origin)),
        "direction": direction(study),
        "value": None if trial.loss is None else study.score(trial.loss),
        "source": origin.where or None,
        "epoch": origin.epoch,
        "epochs": origin.epochs,
    }


def metric_epoch(study: Study, trial: Trial, name: str) -> str:
    """Say which epoch of the last fit has a metric's value; empty if the metric is from no fit."""
    value, numbers = trial.metrics[name], trial.numbers
    if not numbers or trial.runs:
        return ""
    found = dict(zip(numbers, trial.curve, strict=True))
    for number in (origin_of(study, trial).epoch, numbers[-1]):
        if number is not None and found.get(number, {}).get(name) == value:
            place, fits = place_text(trial.counting.unit, number, numbers[-1]), len(trial.curves)
            return place if fits < 2 else f"{place} of {fit_text(trial.counting.fit, fits)}"
    return ""


def fit_text(fit: int, fits: int) -> str:
    """Name one of several fits of a trial by its number from 0: ``the last of 3 fits``."""
    return f"the last of {fits} fits" if fit == fits - 1 else f"fit {fit + 1} of {fits}"
