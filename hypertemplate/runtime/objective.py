"""Number by which a trial is judged, from a Keras fit or a variable of a script; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.origin import DEFAULT, LOSS, UNKNOWN, Origin, Unit
from hypertemplate.runtime.metrics.directions import by_ending, by_name, is_directed, objective_text
from hypertemplate.runtime.metrics.numbered_names import NO_NAMES, Names, unnumbered
from hypertemplate.runtime.model_arguments import shape
from hypertemplate.runtime.numbers import as_number, finite_numbers, is_scalar
from hypertemplate.runtime.protocol import Failed

SIMILAR = 0.7
"""Similarity of a misspelled objective; other metrics have prefixes in common, such as ``val_``."""

MOST_METRICS = 20
"""Most variables of a script that are metrics of its trials."""

Curve = Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The last fit of a trial.

    Attributes:
        curve: metrics of each report.
        diverged: metrics that it reported as NaN or infinite, which `curve` omits.
        names: names of its metrics, and what the metrics say of themselves.
        numbers: number of each report, as people count the epochs, rounds or steps; by default from 1.
        unit: unit that they are counted in.
        others: names of the metrics that other fits of the trial have reported, by the numbers of the fits.
    """

    curve: Curve = ()
    diverged: Collection[str] = ()
    names: Names = NO_NAMES
    numbers: Sequence[int] = ()
    unit: Unit = "epoch"
    others: Mapping[int, Collection[str]] = field(default_factory=dict)

    def number(self, report: int) -> int:
        """Return the number of a report, which is counted from 0, or from the end if it is negative."""
        return self.numbers[report] if self.numbers else range(1, len(self.curve) + 1)[report]

    @property
    def reported(self) -> tuple[str, ...]:
        """Names of the finite metrics, in the order of the first reports that have them."""
        return tuple(dict.fromkeys(name for metrics in self.curve for name in metrics))

    @property
    def default(self) -> str:
        """Metric that counts where the user names none: of the code's own reports, their loss."""
        reported = {*self.reported, *self.diverged}
        return LOSS if self.unit == "step" and LOSS in reported and DEFAULT not in reported else DEFAULT


NO_FIT = Fitted()
"""The last fit of a trial without any."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Objective of a search.

    Attributes:
        name: name that the user gave, or None.
        maximize: whether more is better; None if the first trial has to tell.
    """

    name: str | None = None
    maximize: bool | None = False

    def better_when_more(self, name: str, fitted: Fitted) -> bool | None:
        """Tell whether more of a number is better: as wanted, else by its name, else as its metric says."""
        if self.maximize is not None:
            return self.maximize
        known = by_name(name)
        if known is None:
            known = fitted.names.directions.get(name.removeprefix("val_"))
        return by_ending(name) if known is None else known


THE_LOSS = Wanted()
"""Objective of a search for the lowest loss."""


@dataclass(frozen=True, slots=True)
class Found:
    """Number that was found, or the failure to find one.

    Attributes:
        number: the number as the user's code has it, or a failure.
        metrics: finite numbers beside it.
        origin: origin of the number.
        maximize: whether more of it is better; None if nothing says so.
        notes: notes for the user.
    """

    number: float | Failed
    metrics: dict[str, float]
    origin: Origin = UNKNOWN
    maximize: bool | None = None
    notes: tuple[str, ...] = ()


def from_fit(fitted: Fitted, wanted: Wanted, name: str) -> Found | None:
    """Return the best value of a metric over the epochs of a fit, with all metrics of that epoch.

    Where it is unknown whether more is better, the last epoch counts.

    Args:
        fitted: fit.
        wanted: objective.
        name: name of the metric, as the user may have read it in a log: with Keras's number.

    Returns:
        None if the fit has no such metric; a failure if it was never finite.
    """
    name = _in_fit(fitted, name)
    epochs = [epoch for epoch, metrics in enumerate(fitted.curve) if name in metrics]
    if not epochs:
        return Found(never_finite(name), beside(fitted.curve)) if name in fitted.diverged else None
    more = wanted.better_when_more(name, fitted)
    best = epochs[-1]
    if more is not None:
        best = (max if more else min)(epochs, key=lambda epoch: fitted.curve[epoch][name])
    metrics = fitted.curve[best]
    output = fitted.names.outputs.get(name.removeprefix("val_"))
    origin = Origin(name, "fit", fitted.number(best), fitted.number(-1), output, unit=fitted.unit)
    return Found(metrics[name], dict(metrics), origin, more)


def _in_fit(fitted: Fitted, name: str) -> str:
    """Return the name under which a fit has a metric that was read in a log as ``val_auc_2``."""
    plain, counted = unnumbered(name), fitted.names.counted
    base = plain.removeprefix("val_")
    several = any(one != base and unnumbered(one) == base for one in counted)
    if base in counted and not several:
        return plain
    is_used = any(name in metrics for metrics in fitted.curve)
    return name if is_used else next(iter(fitted.names.logs({name: None})))


def beside(curve: Curve) -> dict[str, float]:
    """Return the metrics of the last epoch, to accompany a loss that does not come from the fit.

    They exclude the training loss of the fit: two numbers called loss would only confuse.
    """
    return {name: value for name, value in curve[-1].items() if name != "loss"} if curve else {}


def reported(fitted: Fitted) -> str:
    """Describe the metrics of the last fit, or of the code's own reports.

    >>> reported(Fitted([{"loss": 1.0, "mae": 2.0}])), reported(NO_FIT)
    ('the last fit reported loss, mae', 'no Keras, XGBoost or LightGBM fit was seen')
    """
    if not fitted.curve:
        return "no Keras, XGBoost or LightGBM fit was seen"
    who = "hypertemplate.report(...)" if fitted.unit == "step" else "the last fit"
    return f"{who} reported {_listed(fitted)}"


def name_one(fitted: Fitted, numbers: Sequence[str] = ()) -> str:
    """Advise to name a number as the objective; its name is an example if there is one.

    Args:
        fitted: last fit.
        numbers: names of other numbers, of which the last one is the likeliest.
    """
    return f"; name one, {_example(numbers, fitted)}"


def _listed(fitted: Fitted) -> str:
    return ", ".join(fitted.reported) or "no finite number"


def elsewhere(fitted: Fitted, name: str) -> str:
    """Say that another fit of the trial has reported a metric that the last one lacks; empty if none has."""
    having = [number for number, names in fitted.others.items() if {name, unnumbered(name)} & {*names}]
    if not having:
        return ""
    hint = " (give it validation_data)" if name.startswith("val_") else ""
    return (
        f"{name} is a metric of fit {max(having) + 1} of the trial, but the last fit counts, which reported "
        f"{_listed(fitted)}; have that one report {name} too{hint}"
    )


def best_of_history(name: str) -> str:
    """Return an expression for the best value of a metric of a fit whose result is ``history``."""
    known = by_name(name)
    least = (by_ending(name) if known is None else known) is False
    return f"{'min' if least else 'max'}(history.history['{name}'])"


def of_script(
    names: Mapping[str, Any],
    made: Collection[str] | None,
    fitted: Fitted,
    wanted: Wanted,
    *,
    silent: str = "",
    apart: Collection[str] = (),
) -> Found:
    """Find the number that a script is searched by: a variable of its own, else a metric of the last fit.

    Args:
        names: module-level names of the script, at its end.
        made: those that a trial binds; None if it may bind any.
        fitted: last fit.
        wanted: objective; without a name, `DEFAULT`.
        silent: name of the function that the script ends with, if it returned nothing; else empty.
        apart: names of numbers that are no result, such as the parameters.
    """
    name = wanted.name or DEFAULT
    own = name in names and (made is None or name in made)
    number = as_number(names[name]) if own else None
    found = from_fit(fitted, wanted, name)
    if number is not None:
        notes: tuple[str, ...] = ()
        if found is not None and found.number != number:
            other = "reported by its steps" if fitted.unit == "step" else "of that name in the last fit"
            notes = (f"{name} is the code's own variable, not the metric {other}",)
        more = wanted.better_when_more(name, fitted)
        return Found(number, beside(fitted.curve), Origin(name, "variable"), more, notes)
    if found is None:
        reason = _missing(names, made, fitted, wanted, silent, apart)
        return Found(Failed("no objective", reason), beside(fitted.curve))
    if own and isinstance(names[name], (list, tuple)):
        kind = shape(names[name])
        note = (
            f"'{name}' is {kind} at the end of the trial, so the metric of that name in the last fit counts"
        )
        return Found(found.number, found.metrics, found.origin, found.maximize, (note,))
    return found


def own_metrics(
    names: Mapping[str, Any], made: Collection[str] | None, apart: Collection[str]
) -> dict[str, float]:
    """Return the finite numbers among the variables that a trial of a script binds, the last `MOST_METRICS`.

    Args:
        names: module-level names of the script, at its end, in the order in which they were bound.
        made: those that a trial binds; None if it may bind any, of which none is then taken for a metric.
        apart: names of other numbers: the objective, and the parameters.
    """
    shown = [name for name in names if name in (made or ()) and name not in apart and name[0] != "_"]
    numbers = finite_numbers({name: names[name] for name in shown if is_scalar(names[name])})
    return dict([*numbers.items()][-MOST_METRICS:])


def _missing(
    names: Mapping[str, Any],
    made: Collection[str] | None,
    fitted: Fitted,
    wanted: Wanted,
    silent: str,
    apart: Collection[str],
) -> str:
    """Say why a script has no such number, and what to do; arguments as in `of_script`."""
    name = wanted.name or DEFAULT
    own = names if made is None else {one: names[one] for one in names if one in made}
    if name in own and wanted.name is not None:
        kind = shape(names[name])
        return f"'{name}' is {kind} at the end of the trial, not a number{_mean_of(names[name], name)}"
    if as_number(names.get(name)) is not None:
        return f"'{name}' is the same in every trial: no marker affects it; {reported(fitted)}"
    if said := elsewhere(fitted, name):
        best = best_of_history(name)
        return f"{said}, or search by a variable: best = {best} and --objective best:{best[:3]}"
    numbers = [one for one in finite_numbers(own) if not one.startswith("_") and one not in apart]
    wish = f"there is no {name}" if name == DEFAULT else f"there is no metric named {name}"
    listed = f"; numeric variables: {', '.join(numbers)}" if numbers else ""
    said = f"{wish}: {reported(fitted)}{listed}"
    if name != DEFAULT and (meant := did_you_mean(name, [*numbers, *fitted.reported], cutoff=SIMILAR)):
        return f"{said}; did you mean --objective {objective_text(meant)}?"
    returned = f"have {silent}() return the number to search by, as in return score" if silent else ""
    if not numbers and not fitted.reported:
        assigned = (
            "assign the number to search by to a variable at the top level, such as score, and name it: "
            "--objective score:max or --objective score:min"
        )
        return f"{said}; {returned or assigned}"
    return said + name_one(fitted, numbers) + (f"; or {returned}" if returned else "")


def _mean_of(value: Any, name: str) -> str:
    """Return advice on an array of numbers, such as the scores of folds, or an empty text."""
    numbers = value.tolist() if hasattr(value, "mean") and hasattr(value, "tolist") else None
    if not isinstance(numbers, list) or not numbers or any(as_number(one) is None for one in numbers):
        return ""
    mean = f"mean_{name}"
    return (
        f"; give its mean a name, {mean} = {name}.mean(), and search by --objective {mean}:max or {mean}:min"
    )


def _example(numbers: Sequence[str], fitted: Fitted) -> str:
    """Return the option that names the number that says the most, the last one if none says its direction."""
    reported = [name for name in fitted.reported if name != LOSS]
    names = [*sorted(reported, key=lambda name: not name.startswith("val_")), *numbers] or ["NAME"]
    name = next(filter(is_directed, names), names[-1])
    return f"such as --objective {objective_text(name)}"


def never_finite(name: str) -> Failed:
    """Return the failure of a trial whose fit never reported its objective as a finite number."""
    return Failed("not finite", f"{name} was not a finite number after any epoch")


def with_direction(
    number: float,
    metrics: dict[str, float],
    origin: Origin,
    curve: Curve,
    numbers: Sequence[int],
    *,
    maximize: bool,
) -> tuple[float, dict[str, float], Origin]:
    """Return a trial's loss, metrics and origin once it is known whether more of its number is better.

    Args:
        number: number as the user's code has it.
        metrics: metrics beside it.
        origin: origin of the number.
        curve: metrics of each report that was kept of the trial's last fit.
        numbers: their numbers, as people count them.
        maximize: whether more is better.
    """
    if origin.where == "fit":
        found = from_fit(Fitted(curve, numbers=numbers), Wanted(origin.name, maximize), origin.name)
        if found is not None and not isinstance(found.number, Failed):
            number, metrics = found.number, {**metrics, **found.metrics}
            origin = replace(origin, epoch=found.origin.epoch)
    return -number if maximize else number, metrics, origin
