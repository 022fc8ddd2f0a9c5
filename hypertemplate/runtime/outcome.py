"""What the model function returned, as an outcome; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypertemplate.runtime.joining import shape
from hypertemplate.runtime.numeric import as_number, finite_numbers
from hypertemplate.runtime.protocol import Complete, Failed

EXAMPLE = "return {'loss': -accuracy}"

_NOT_METRICS = ("loss", "losses", "status", "model")

_MORE_IS_BETTER = re.compile("acc|auc|f1|precision|recall", re.IGNORECASE)

Curve = Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Scored:
    """A trial's outcome and what came with it.

    Attributes:
        outcome: a loss, or why there is none.
        metrics: finite numbers beside the loss.
        notes: what the user should know.
        model: what was returned to be kept, or None.
    """

    outcome: Complete | Failed
    metrics: dict[str, float]
    notes: tuple[str, ...] = ()
    model: Any = None


def score(returned: Any, *, name: str = "model", maximize: bool = False, curve: Curve = ()) -> Scored:
    """The outcome of a trial.

    Args:
        returned: what the model function returned: a number, a dict with ``loss``, a Keras `History`.
        name: of the model function, for messages.
        maximize: whether the number is to be maximised; the loss is then its negative.
        curve: the metrics of each epoch of the trial's last fit.
    """
    metrics = dict(curve[-1]) if curve else {}
    model = None
    says = f"{name}() returned"
    if isinstance(getattr(returned, "history", None), Mapping):
        number, metrics = _of_history(returned.history, says, maximize, metrics)
    elif isinstance(returned, Mapping):
        own = {key: value for key, value in returned.items() if key not in _NOT_METRICS}
        metrics |= finite_numbers(own)
        model = returned.get("model")
        number = _of_dict(returned, name)
    else:
        number = _of_value(returned, says)
    if isinstance(number, Failed):
        return Scored(number, metrics)
    if not math.isfinite(number):
        return Scored(Failed("not finite", f"the loss is {number}"), metrics)
    notes = () if maximize else _notes(number, metrics, curve)
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


def _of_dict(returned: Mapping[Any, Any], name: str) -> float | Failed:
    status = returned.get("status", "ok")
    if status == "fail":
        return Failed("reported", f"{name}() returned the status 'fail'")
    if status != "ok":
        return Failed(
            "reported", f"{name}() returned the status {status!r}, which is neither 'ok' nor 'fail'"
        )
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
    history: Mapping[str, Sequence[Any]], says: str, maximize: bool, last: dict[str, float]
) -> tuple[float | Failed, dict[str, float]]:
    """The lowest ``val_loss`` and the metrics of its epoch."""
    losses = [as_number(value) for value in history.get("val_loss", ())]
    if not losses:
        known = f"its metrics: {', '.join(history)}" if history else "it is empty"
        hint = "give fit() its validation_data, or return a number"
        return Failed("no loss", f"{says} a History without val_loss ({known}): {hint}"), last
    if maximize:
        reason = f"{says} a History, whose val_loss is minimised: return the number to maximise"
        return Failed("no loss", reason), last
    finite = [(loss, epoch) for epoch, loss in enumerate(losses) if loss is not None and math.isfinite(loss)]
    if not finite:
        return math.nan, last
    lowest, epoch = min(finite)
    # With validation_freq the lists differ in length, and only those of val_loss's length match it.
    same = {key: values[epoch] for key, values in history.items() if len(values) == len(losses)}
    return lowest, finite_numbers(same)


def _notes(loss: float, metrics: Mapping[str, float], curve: Curve) -> tuple[str, ...]:
    """A note if the loss is a number of which more is better."""
    for name, last in metrics.items():
        if not _MORE_IS_BETTER.search(name):
            continue
        highest = max((epoch.get(name, last) for epoch in curve), default=last)
        if loss > 0 and any(math.isclose(loss, value, rel_tol=1e-9) for value in (last, highest)):
            return (
                f"the loss equals {name}, so the search looks for the worst model: "
                f"return -{name}, or use --maximize",
            )
    return ()
