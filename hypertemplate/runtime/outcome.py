"""Outcome of a trial, from the model function's result; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypertemplate.compiler.entry.unscored_results import meant_loss, misspelled_loss
from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.origin import DEFAULT, LOSS, RETURNED_LOSS, UNKNOWN, Origin
from hypertemplate.runtime.metrics.directions import by_name, objective_text
from hypertemplate.runtime.model_arguments import shape
from hypertemplate.runtime.numbers import as_number, finite_numbers
from hypertemplate.runtime.objective import (
    NO_FIT,
    SIMILAR,
    THE_LOSS,
    Curve,
    Fitted,
    Found,
    Wanted,
    beside,
    best_of_history,
    elsewhere,
    from_fit,
    name_one,
    reported,
)
from hypertemplate.runtime.protocol import Complete, Failed, Outcome

EXAMPLE = "return {'loss': -accuracy}"

_NO_NUMBERS = ("losses", "status", "model")
_NOT_METRICS = ("loss", *_NO_NUMBERS)


@dataclass(frozen=True, slots=True)
class Scored:
    """A trial's outcome, with its metrics, notes and model.

    Attributes:
        outcome: a loss, a failure, or a stop; of a search whose direction is unknown, the number itself.
        metrics: finite numbers besides the loss.
        notes: notes for the user.
        model: returned model, or None.
        origin: origin of the number.
        maximize: whether more of the number is better; None if nothing says so.
        folds: losses whose mean the outcome's is, where the code returned several.
    """

    outcome: Outcome
    metrics: dict[str, float]
    notes: tuple[str, ...] = ()
    model: Any = None
    origin: Origin = UNKNOWN
    maximize: bool | None = None
    folds: tuple[float, ...] = ()


def score(
    returned: Any, fitted: Fitted = NO_FIT, wanted: Wanted = THE_LOSS, *, name: str = "model"
) -> Scored:
    """Return the outcome of a trial.

    Args:
        returned: result of the model function: a number, a dict with ``loss``, a Keras `History`.
        fitted: last fit of the trial.
        wanted: objective, which may replace the loss by another number that the model returned, else by a
            metric of the last fit.
        name: name of the model function, for messages.
    """
    metrics = beside(fitted.curve)
    model = None
    says = f"{name}() returned"
    if isinstance(returned, Mapping):
        metrics |= finite_numbers({k: v for k, v in returned.items() if k not in _NOT_METRICS})
        model = returned.get("model")
    if isinstance(getattr(returned, "history", None), Mapping):
        model = getattr(returned, "model", None)
        first = int((getattr(returned, "epoch", None) or [fitted.number(0) - 1 if fitted.curve else 0])[0])
        found = of_history(returned.history, says, fitted, wanted, first)
    elif isinstance(returned, Mapping) and returned.get("status", "ok") != "ok":
        found = Found(_bad_status(returned["status"], name), metrics)
    elif returned is None and wanted.name is None and fitted.unit == "step" and not wanted.maximize:
        none = f"{says} None, and no loss was reported: {reported(fitted)}{name_one(fitted)}"
        found = from_fit(fitted, Wanted(), fitted.default) or Found(Failed("no objective", none), metrics)
    elif wanted.name is not None:
        found = _of_objective(returned, name, wanted.name, fitted, wanted)
        if isinstance(returned, Mapping) and LOSS in returned and wanted.name != LOSS:
            metrics |= finite_numbers({LOSS: returned[LOSS]})  # a number beside the objective
        found = replace(found, metrics=metrics | found.metrics)
    else:
        number = _of_dict(returned, name) if isinstance(returned, Mapping) else _of_value(returned, says)
        found = Found(number, metrics, RETURNED_LOSS, wanted.maximize)
    if wanted.name is None and not isinstance(found.number, Failed):
        number = -found.number if wanted.maximize else found.number
        notes = _notes(number, found.metrics, fitted.curve, maximize=bool(wanted.maximize))
        found = replace(found, notes=notes)
    folds: tuple[float, ...] = ()
    if found.origin is RETURNED_LOSS and isinstance(returned, Mapping):
        folds, note = _folds(returned, found.number, name)
        found = replace(found, notes=(*found.notes, *filter(None, (note,))))
    trial = scored(found, wanted, model)
    own = tuple(-loss for loss in folds) if wanted.maximize else folds
    return replace(trial, folds=own) if isinstance(trial.outcome, Complete) else trial


def scored(found: Found, wanted: Wanted, model: Any = None) -> Scored:
    """Return the outcome of a trial from its number or its failure."""
    number = found.number
    if isinstance(number, Failed):
        return Scored(number, found.metrics)
    if not math.isfinite(number):
        return Scored(Failed("not finite", f"the loss is {number}"), found.metrics)
    loss = -number if wanted.maximize else number
    return Scored(Complete(loss), found.metrics, found.notes, model, found.origin, found.maximize)


def _of_value(value: Any, says: str) -> float | Failed:
    number = as_number(value)
    if number is not None:
        return number
    if value is None:
        reason = f"{says} None: return the loss, for example {EXAMPLE}"
    elif isinstance(value, bool):
        reason = f"{says} {value}, which is not a loss: return a number, for example {EXAMPLE}"
    elif isinstance(value, (list, tuple)):
        return Failed("no objective", f"{says} {_items(value)}")
    else:
        reason = f"{says} {shape(value)}, which is not a loss: return a number, for example {EXAMPLE}"
    return Failed("no loss", reason)


def _items(value: Sequence[Any]) -> str:
    """Describe several returned values, and say how to return them."""
    numbers = [as_number(one) is not None for one in value]
    others = [one for one, is_number in zip(value, numbers, strict=True) if not is_number]
    if sum(numbers) == 1 and len(others) == 1:
        is_plain = others[0] is None or isinstance(others[0], (str, bytes, bool, list, tuple, set, Mapping))
        entries = "'loss': loss" if is_plain else "'loss': loss, 'model': model"
        return (
            f"a number and {shape(others[0])}: return {'the number' if is_plain else 'them'} as {{{entries}}}"
        )
    if value and not others:
        return f"{shape(value)}, all numbers: return the loss alone, or a dict: {EXAMPLE}"
    return f"{shape(value)}, which is not a loss: return a number, for example {EXAMPLE}"


def _of_objective(returned: Any, name: str, objective: str, fitted: Fitted, wanted: Wanted) -> Found:
    """Find the number with the requested name, and the metrics of the epoch that it comes from."""
    if isinstance(returned, Mapping) and objective in returned:
        number = _of_value(returned[objective], f"the {objective} that {name}() returned is")
        return Found(number, {}, Origin(objective, "returned"), wanted.better_when_more(objective, fitted))
    found = from_fit(fitted, wanted, objective)
    if found is not None:
        return found
    if said := elsewhere(fitted, objective):
        advice = f"or return it: return {{'{objective}': {best_of_history(objective)}}}"
        return Found(Failed("no objective", f"{said}, {advice}"), {})
    kind = shape(returned)
    numbers: dict[str, float] = {}
    if isinstance(returned, Mapping) and returned:
        numbers = finite_numbers({k: v for k, v in returned.items() if k not in _NO_NUMBERS})
        kind = f"{kind} with {', '.join(map(str, numbers or returned))}"
    advice = _instead(objective, returned, numbers, fitted)
    reason = f"there is no metric named {objective}: {name}() returned {kind}, and {reported(fitted)}{advice}"
    return Found(Failed("no objective", reason), {})


def _instead(objective: str, returned: Any, numbers: Mapping[str, float], fitted: Fitted) -> str:
    """Say what to search by where nothing has the name of the objective."""
    others = {key: value for key, value in numbers.items() if key != LOSS}
    if meant := did_you_mean(objective, [*others, *fitted.reported], cutoff=SIMILAR):
        return f"; did you mean --objective {objective_text(meant)}?"
    if others:
        return f"; search by {search_by(others)}"
    if fitted.reported:
        return name_one(fitted)
    if as_number(returned) is not None or LOSS in numbers:
        return "; without --objective, the search uses the returned loss"
    return f"; return it, as in return {{'{objective}': {objective}}}"


def _bad_status(status: object, name: str) -> Failed:
    known = "" if status == "fail" else ", which is neither 'ok' nor 'fail'"
    return Failed("reported", f"{name}() returned the status {status!r}{known}")


def _of_dict(returned: Mapping[Any, Any], name: str) -> float | Failed:
    if "loss" in returned:
        return _of_value(returned["loss"], f"the loss that {name}() returned is")
    if "losses" in returned:
        return _mean(returned["losses"], name)
    keys = f"its keys: {', '.join(map(str, returned))}" if returned else "it is empty"
    without = f"{name}() returned a dict without 'loss'"
    if misspelled := misspelled_loss(returned):
        return Failed("no objective", f"{without}: {meant_loss(misspelled)}")
    reason = f"{without} ({keys}): add it, as in {EXAMPLE}"
    numbers = finite_numbers({k: v for k, v in returned.items() if k not in _NOT_METRICS})
    if not numbers:
        return Failed("no loss", reason)
    return Failed("no objective", f"{reason}, or search by {search_by(numbers)}")


def search_by(numbers: Mapping[str, float]) -> str:
    """Return how to search by one of several numbers."""
    names = sorted(numbers, key=lambda name: (by_name(name) is None, not name.startswith("val_")))
    name, more = names[0], by_name(names[0])
    either = f" or --objective {name}:min" if more is None else ""
    return f"another entry: --objective {name}:{'min' if more is False else 'max'}{either}"


def _mean(losses: Any, name: str) -> float | Failed:
    found, says = _numbers(losses), f"the 'losses' that {name}() returned"
    if not found:
        wrong = [one for one in losses if as_number(one) is None] if isinstance(losses, (list, tuple)) else []
        got = f"{shape(losses)} with {shape(wrong[0])} in it" if wrong else shape(losses)
        return Failed("no loss", f"{says} must be a list of numbers, one for each fold, got {got}")
    lost = [place for place, number in enumerate(found) if not math.isfinite(number)]
    if lost:
        which = f"number {lost[0] + 1} of {len(found)} is {found[lost[0]]}"
        return Failed("not finite", f"of {says}, {which}")
    return sum(found) / len(found)


def _numbers(losses: Any) -> tuple[float, ...]:
    """Return a list or a one-dimensional array of numbers; nothing for anything else."""
    is_list = isinstance(losses, Sequence) and not isinstance(losses, (str, bytes))
    if not is_list and getattr(losses, "ndim", None) != 1:
        return ()
    numbers = [as_number(loss) for loss in losses]
    found = tuple(number for number in numbers if number is not None)
    return found if len(found) == len(numbers) else ()


def _folds(returned: Mapping[Any, Any], number: float | Failed, name: str) -> tuple[tuple[float, ...], str]:
    """Return the losses that the code returned beside their mean, and a note where it is not their mean."""
    losses = _numbers(returned.get("losses"))
    if len(losses) < 2 or isinstance(number, Failed) or not all(map(math.isfinite, losses)):
        return (), ""
    middle = sum(losses) / len(losses)
    if math.isclose(number, middle, rel_tol=1e-6, abs_tol=1e-12):
        return losses, ""
    return (), (
        f"{name}() returned the loss {number:g}, and 'losses' with a mean of {middle:g}: the loss counts, "
        "and the others are not kept"
    )


def of_history(
    history: Mapping[str, Sequence[Any]], says: str, fitted: Fitted, wanted: Wanted, first: int = 0
) -> Found:
    """Find the best value of the objective, by default ``val_loss``, with the metrics of its epoch.

    Args:
        history: values of each metric.
        says: beginning of messages about it.
        fitted: last fit of the trial, which the history may be of.
        wanted: objective.
        first: number that Keras gives the first epoch of the history, from 0.
    """
    last = beside(fitted.curve)
    name = wanted.name or DEFAULT
    history = fitted.names.logs(history)
    values = [as_number(value) for value in history.get(name, ())]
    if not values:
        known = f"its metrics: {', '.join(history)}" if history else "it is empty"
        hint = "give fit() validation_data, or return a number"
        if said := elsewhere(fitted, name):
            reason = (
                f"{says} a History without {name} ({known}); {said}, or return the History of the other fit"
            )
            return Found(Failed("no objective", reason), last)
        if name != DEFAULT:
            return Found(Failed("no objective", f"{says} a History without {name} ({known})"), last)
        return Found(Failed("no loss", f"{says} a History without {name} ({known}): {hint}"), last)
    if wanted.maximize and wanted.name is None:
        reason = f"{says} a History, whose val_loss is minimised: name another metric with --objective"
        return Found(Failed("no loss", reason), last)
    whole = len(values) == max(map(len, history.values()))
    found = None if whole else from_fit(fitted, wanted, name)
    if found is not None and [epoch[name] for epoch in fitted.curve if name in epoch] == _finite(values):
        return found
    # With validation_freq the lists differ in length, and only lists as long as the objective's match it.
    same = {key: numbers for key, numbers in history.items() if len(numbers) == len(values)}
    curve = [finite_numbers({key: same[key][epoch] for key in same}) for epoch in range(len(values))]
    numbers = range(first + 1, first + 1 + len(curve))
    found = from_fit(replace(fitted, curve=curve, diverged=(), numbers=numbers), wanted, name) or Found(
        math.nan, last
    )
    return found if whole else replace(found, origin=Origin(name, "fit"))


def _finite(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


def _notes(loss: float, metrics: Mapping[str, float], curve: Curve, *, maximize: bool) -> tuple[str, ...]:
    """Return a note if more of the number that serves as the loss is better."""
    for name, last in metrics.items():
        if not by_name(name):
            continue
        highest = max((epoch.get(name, last) for epoch in curve), default=last)
        if loss > 0 and any(math.isclose(loss, value, rel_tol=1e-9) for value in (last, highest)):
            if maximize:
                said = f"the number equals -{name}, so --maximize looks for the worst model"
                return (f"{said}: leave --maximize out",)
            return (
                f"the loss equals {name}, so the search looks for the worst model: "
                f"return -{name}, or use --maximize",
            )
    return ()
