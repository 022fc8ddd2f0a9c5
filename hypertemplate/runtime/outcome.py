"""Outcome of a trial, from the model function's result; pure."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypertemplate.runtime.model_arguments import shape
from hypertemplate.runtime.numbers import as_number, finite_numbers
from hypertemplate.runtime.objective import (
    DEFAULT,
    Curve,
    beside,
    from_fit,
    is_maximised,
    never_finite,
    reported,
)
from hypertemplate.runtime.protocol import Complete, Failed

EXAMPLE = "return {'loss': -accuracy}"

_NOT_METRICS = ("loss", "losses", "status", "model")


@dataclass(frozen=True, slots=True)
class Scored:
    """A trial's outcome, with its metrics, notes and model.

    Attributes:
        outcome: a loss, or a failure.
        metrics: finite numbers besides the loss.
        notes: notes for the user.
        model: returned model, or None.
    """

    outcome: Complete | Failed
    metrics: dict[str, float]
    notes: tuple[str, ...] = ()
    model: Any = None


def score(
    returned: Any,
    *,
    name: str = "model",
    maximize: bool = False,
    curve: Curve = (),
    objective: str | None = None,
    diverged: Container[str] = (),
) -> Scored:
    """Return the outcome of a trial.

    Args:
        returned: result of the model function: a number, a dict with ``loss``, a Keras `History`.
        name: name of the model function, for messages.
        maximize: whether the number is to be maximised; the loss is then its negative.
        curve: metrics of each epoch of the trial's last fit.
        objective: name of a number that replaces the loss: one that the model returned, else a metric of the
            last fit.
        diverged: metrics that this fit reported as NaN or infinite.
    """
    metrics = beside(curve)
    model = None
    says = f"{name}() returned"
    if isinstance(returned, Mapping):
        metrics |= finite_numbers({k: v for k, v in returned.items() if k not in _NOT_METRICS})
        model = returned.get("model")
    if isinstance(getattr(returned, "history", None), Mapping):
        model = getattr(returned, "model", None)
        number, metrics = _of_history(returned.history, says, maximize, metrics, objective)
    elif isinstance(returned, Mapping) and returned.get("status", "ok") != "ok":
        number = _bad_status(returned["status"], name)
    elif objective is not None:
        number, best = _of_objective(returned, name, objective, maximize, curve, diverged)
        metrics |= best
    elif isinstance(returned, Mapping):
        number = _of_dict(returned, name)
    else:
        number = _of_value(returned, says)
    asked = maximize or objective is not None
    notes = () if asked or isinstance(number, Failed) else _notes(number, metrics, curve)
    return scored(number, metrics, notes, model, maximize=maximize)


def scored(
    number: float | Failed,
    metrics: dict[str, float],
    notes: tuple[str, ...] = (),
    model: Any = None,
    *,
    maximize: bool,
) -> Scored:
    """Return the outcome of a trial from its number or its failure, with the metrics beside it."""
    if isinstance(number, Failed):
        return Scored(number, metrics)
    if not math.isfinite(number):
        return Scored(Failed("not finite", f"the loss is {number}"), metrics)
    return Scored(Complete(-number if maximize else number), metrics, notes, model)


def _of_value(value: Any, says: str) -> float | Failed:
    number = as_number(value)
    if number is not None:
        return number
    if value is None:
        reason = f"{says} None: return the loss, for example {EXAMPLE}"
    elif isinstance(value, bool):
        reason = f"{says} {value}, which is no loss: return a number, for example {EXAMPLE}"
    elif isinstance(value, (list, tuple)):
        kind = type(value).__name__
        reason = f"{says} a {kind}; model.evaluate returns [loss, accuracy]: return score[0]"
    else:
        reason = f"{says} {shape(value)}, which is no loss: return a number, for example {EXAMPLE}"
    return Failed("no loss", reason)


def _of_objective(
    returned: Any, name: str, objective: str, maximize: bool, curve: Curve, diverged: Container[str]
) -> tuple[float | Failed, dict[str, float]]:
    """Return the number with the requested name, and the metrics of the epoch that it comes from."""
    if isinstance(returned, Mapping) and objective in returned:
        return _of_value(returned[objective], f"the {objective} that {name}() returned is"), {}
    found = from_fit(curve, objective, maximize=maximize)
    if found is not None:
        return found
    if objective in diverged:
        return never_finite(objective), {}
    kind = shape(returned)
    if isinstance(returned, Mapping) and returned:
        kind = f"{kind} with {', '.join(map(str, returned))}"
    reason = f"nothing is called {objective}: {name}() returned {kind}, and {reported(curve)}"
    return Failed("no objective", reason), {}


def _bad_status(status: object, name: str) -> Failed:
    known = "" if status == "fail" else ", which is neither 'ok' nor 'fail'"
    return Failed("reported", f"{name}() returned the status {status!r}{known}")


def _of_dict(returned: Mapping[Any, Any], name: str) -> float | Failed:
    if "loss" in returned:
        return _of_value(returned["loss"], f"the loss that {name}() returned is")
    if "losses" in returned:
        return _mean(returned["losses"], name)
    keys = f"its keys: {', '.join(map(str, returned))}" if returned else "it is empty"
    return Failed("no loss", f"{name}() returned a dict without 'loss' ({keys}): add it, as in {EXAMPLE}")


def _mean(losses: Any, name: str) -> float | Failed:
    numbers = [as_number(loss) for loss in losses] if isinstance(losses, Sequence) else []
    found = [number for number in numbers if number is not None]
    if not found or len(found) < len(numbers):
        return Failed(
            "no loss", f"the 'losses' that {name}() returned must be a list of numbers, one a repeat"
        )
    return sum(found) / len(found)


def _of_history(
    history: Mapping[str, Sequence[Any]],
    says: str,
    maximize: bool,
    last: dict[str, float],
    objective: str | None,
) -> tuple[float | Failed, dict[str, float]]:
    """Return the best value of the objective, by default ``val_loss``, and the metrics of its epoch."""
    name = objective or DEFAULT
    values = [as_number(value) for value in history.get(name, ())]
    if not values:
        known = f"its metrics: {', '.join(history)}" if history else "it is empty"
        hint = "give fit() its validation_data, or return a number"
        if name != DEFAULT:
            return Failed("no objective", f"{says} a History without {name} ({known})"), last
        return Failed("no loss", f"{says} a History without {name} ({known}): {hint}"), last
    if maximize and objective is None:
        reason = f"{says} a History, whose val_loss is minimised: name another metric with --objective"
        return Failed("no loss", reason), last
    # With validation_freq the lists differ in length, and only lists as long as the objective's match it.
    same = {key: numbers for key, numbers in history.items() if len(numbers) == len(values)}
    curve = [finite_numbers({key: same[key][epoch] for key in same}) for epoch in range(len(values))]
    return from_fit(curve, name, maximize=maximize) or (math.nan, last)


def _notes(loss: float, metrics: Mapping[str, float], curve: Curve) -> tuple[str, ...]:
    """Return a note if more of the number that serves as the loss is better."""
    for name, last in metrics.items():
        if not is_maximised(name):
            continue
        highest = max((epoch.get(name, last) for epoch in curve), default=last)
        if loss > 0 and any(math.isclose(loss, value, rel_tol=1e-9) for value in (last, highest)):
            return (
                f"the loss equals {name}, so the search looks for the worst model: "
                f"return -{name}, or use --maximize",
            )
    return ()
