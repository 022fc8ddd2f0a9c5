"""Metric of a fit by which trials are stopped early, found in the curves of the trials so far; pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from hypertemplate.kept_reports import SoFar
from hypertemplate.origin import Unit
from hypertemplate.runtime.metrics.boosting_names import reported_as
from hypertemplate.runtime.metrics.directions import by_ending, by_name
from hypertemplate.search.pruners.loss_curve import LossCurve
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState

DEFAULT = "val_loss"
"""Metric that is watched where nothing says otherwise."""

EQUAL = 1e-5
"""Relative difference up to which two numbers are one: frameworks round to 32 bits."""

DECIDING = 2
"""Number of complete trials that tell which metric their loss is."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Metric that is watched.

    Attributes:
        name: name of the metric.
        maximize: whether more of it is better.
        fit: number, in its trial, of the fit that reports it, from 0.
        judged: whether trials are judged by it, so that its value can stand for a loss.
    """

    name: str
    maximize: bool
    fit: int
    judged: bool = False

    def curve(self, curves: Iterable[Curve]) -> LossCurve:
        """Return what a trial's curves have of it so far, as losses."""
        sign = -1 if self.maximize else 1
        tie = DEFAULT if self.name.startswith("val_") else "loss"
        reports = _reports(self.name, (one for one in curves if one.fit == self.fit))
        return LossCurve(
            tuple(report.step + 1 for report in reports),
            tuple(sign * report.metrics[self.name] for report in reports),
            tuple(report.metrics.get(tie, math.inf) for report in reports),
            tuple((self._best(report), report.so_far.get(tie, SoFar()).lowest) for report in reports)
            if reports and reports[0].so_far
            else (),
        )

    def last_report(self, curves: Iterable[Curve]) -> tuple[int, Unit]:
        """Return the number that people know a trial's last report of it by, and what is counted."""
        curve = next(one for one in curves if one.fit == self.fit and _reports(self.name, [one]))
        place = max(place for place, one in enumerate(curve.reports) if self.name in one.metrics)
        return curve.numbers[place], curve.unit

    def _best(self, report: Report) -> float:
        """Return the best loss up to a report of a long fit."""
        return -report.so_far[self.name].highest if self.maximize else report.so_far[self.name].lowest


@dataclass(frozen=True, slots=True)
class Wish:
    """Metric and fit that the user asked for.

    Attributes:
        name: name of the metric; None for the one that trials are judged by.
        maximize: whether more of it is better; None as its name says.
        fit: number of the fit, from 0; -1 for the last one; None for the one that has the metric.
    """

    name: str | None = None
    maximize: bool | None = None
    fit: int | None = None


def watched_metric(study: Study, wish: Wish) -> Watched | str | None:
    """Return the metric to watch; None while it is not known; a text for people where there is none.

    It is the one that was asked for; else the objective, if a fit reports it; else the validation metric
    whose last or best value the first two complete trials returned; else `DEFAULT`.

    Args:
        study: study with the trials that have ended.
        wish: wish of the user.
    """
    complete = [trial for trial in study.trials if trial.state is TrialState.COMPLETE]
    if not complete:
        return None
    returned = _returned(complete[:DECIDING]) if len(complete) >= DECIDING else None
    seen = _seen(complete)
    objective = reported_as(study.objective or "", seen), study.maximize
    named = _named(wish, objective, seen) or returned
    if named is None:
        if len(complete) < DECIDING:
            return None
        named = DEFAULT, False
    name, maximize = named
    if maximize is None:
        return f"{name} may be better or worse when it grows: {_asked(name)}"
    judged = named in (returned, objective)
    having = sorted({curve.fit for trial in complete for curve in trial.curves if _reports(name, [curve])})
    if not having:
        return _unreported(name, complete)
    if wish.fit is not None and wish.fit >= 0:
        return Watched(name, maximize, wish.fit, judged)
    if len(having) == 1 or wish.fit == -1:
        return Watched(name, maximize, having[-1], judged)
    return (
        f"{len(having)} fits of a trial report {name}: name the one that counts by its number, as in "
        "--prune-fit 1, or the last one: --prune-fit last"
    )


def _named(
    wish: Wish, objective: tuple[str, bool | None], seen: Collection[str]
) -> tuple[str, bool | None] | None:
    """Return the metric that the user named, with its direction; None if a returned number decides."""
    if wish.name is not None:
        name = reported_as(wish.name, seen)
        return name, direction(name) if wish.maximize is None else wish.maximize
    name, maximize = objective
    return objective if name in seen and maximize is not None else None


def direction(name: str) -> bool | None:
    """Return True if more of a metric is better, False if less is, None if its name does not say."""
    known = by_name(name)
    return by_ending(name) if known is None else known


def _seen(trials: Iterable[Trial]) -> dict[str, None]:
    """Return the names of all metrics that fits have reported, as keys."""
    return {name: None for trial in trials for c in trial.curves for r in c.reports for name in r.metrics}


def _returned(trials: Sequence[Trial]) -> tuple[str, bool] | None:
    """Return the validation metric whose last or best value is the loss of each trial, or its negative."""
    names = {
        name: None
        for curve in trials[0].curves
        for report in curve.reports
        for name in report.metrics
        if name.startswith("val_") or curve.unit == "step"
    }
    for name in names:
        for maximize in (False, True):
            if all(_is_value(trial, name, maximize=maximize) for trial in trials):
                return name, maximize
    return None


def _is_value(trial: Trial, name: str, *, maximize: bool) -> bool:
    """Tell whether a trial's loss is the last or the best value of a metric in one of its fits."""
    for curve in trial.curves:
        values = Watched(name, maximize, curve.fit).curve([curve])
        if values.steps and trial.first_loss is not None:
            ends = (values.losses[-1], values.standing[0])
            if any(math.isclose(trial.first_loss, value, rel_tol=EQUAL) for value in ends):
                return True
    return False


def _unreported(name: str, trials: Sequence[Trial]) -> str:
    """Say that no fit reports a metric, and what to watch instead or how to have it reported."""
    seen = _seen(trials)
    if not seen:
        return "no fit was seen, so there is nothing to stop a trial by"
    units = {curve.unit for trial in trials for curve in trial.curves}
    lacking = f"no fit reports {name}, only {', '.join(seen)}"
    told = [one for one in seen if one.startswith("val_")] or [*seen]
    if told[0].startswith("val_") or not name.startswith("val_") or "step" in units:
        having = {curve.fit for trial in trials for curve in trial.curves if _reports(told[0], [curve])}
        which = " of their first fit" if len(having) > 1 else ""
        fit = "--prune-fit 1 and " if len(having) > 1 else ""
        return f"{lacking}; to compare trials by {told[0]}{which}: {fit}{_asked(told[0])}"
    if "round" in units:
        return f"{lacking}: give fit() an evaluation set, as in eval_set=[(x_val, y_val)]"
    return f"{lacking}: give fit() validation_data=(x_val, y_val) or validation_split=0.2"


def _asked(name: str) -> str:
    """Spell the option that names a metric to watch; both directions where the name does not say which."""
    if direction(name) is None:
        return f"--prune-on {name}:min or --prune-on {name}:max"
    return f"--prune-on {name}"


def _reports(name: str, curves: Iterable[Curve]) -> list[Report]:
    """Return the reports with a metric; of a long fit those that tell what was left out before them."""
    having = [report for curve in curves for report in curve.reports if name in report.metrics]
    return [report for report in having if name in report.so_far] or having
