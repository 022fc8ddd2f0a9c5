"""Loss of a trial from a Keras fit, or from a variable of a script; pure."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from typing import Any

from hypertemplate.runtime.model_arguments import shape
from hypertemplate.runtime.numbers import as_number, finite_numbers
from hypertemplate.runtime.protocol import Failed

DEFAULT = "val_loss"
"""Default objective, which is minimised."""

_MORE_IS_BETTER = re.compile(
    r"accuracy|auc|precision|recall"
    r"|(?<![a-z])(?:(?:train|val|test)_?)?(?:acc|f1|m?iou|io_u|r2)(?![a-z])",
    re.IGNORECASE,
)

Curve = Sequence[Mapping[str, float]]


def is_maximised(name: str) -> bool:
    """Return True if more of a metric is better, by its name: ``val_accuracy``, but not ``val_loss``."""
    return _MORE_IS_BETTER.search(name) is not None


def from_fit(curve: Curve, name: str, *, maximize: bool) -> tuple[float, dict[str, float]] | None:
    """Return the best value of a metric over the epochs of a fit, and all metrics of that epoch, or None.

    Args:
        curve: metrics of each epoch.
        name: name of the metric.
        maximize: whether the highest value is the best; else the lowest is.
    """
    epochs = [metrics for metrics in curve if name in metrics]
    if not epochs:
        return None
    best = (max if maximize else min)(epochs, key=lambda metrics: metrics[name])
    return best[name], dict(best)


def beside(curve: Curve) -> dict[str, float]:
    """Return the metrics of the last epoch, to accompany a loss that does not come from the fit.

    They exclude the training loss of the fit: two numbers called loss would only confuse.
    """
    return {name: value for name, value in curve[-1].items() if name != "loss"} if curve else {}


def reported(curve: Curve) -> str:
    """Describe the metrics of the last fit.

    >>> reported([{"loss": 1.0, "mae": 2.0}]), reported([])
    ('the last fit reported loss, mae', 'no Keras fit was run')
    """
    if not curve:
        return "no Keras fit was run"
    names = dict.fromkeys(name for epoch in curve for name in epoch)
    return f"the last fit reported {', '.join(names) or 'no finite number'}"


def of_script(
    names: Mapping[str, Any],
    curve: Curve,
    objective: str | None,
    *,
    maximize: bool,
    diverged: Container[str] = (),
) -> tuple[float | Failed, dict[str, float]]:
    """Return the number that a script is searched by, or a failure, and the metrics beside it.

    Args:
        names: module-level names of the script, at its end.
        curve: metrics of each epoch of the last fit.
        objective: a metric of the fit, else a variable; by default `DEFAULT` of the fit.
        maximize: whether more is better.
        diverged: metrics that the fit reported as NaN or infinite.
    """
    metrics = beside(curve)
    if maximize and objective is None:
        reason = f"{DEFAULT} is minimised: name with --objective NAME what is to be maximised"
        return Failed("no objective", reason), metrics
    name = objective or DEFAULT
    found = from_fit(curve, name, maximize=maximize)
    if found is not None:
        return found
    if name in diverged:
        return never_finite(name), metrics
    if objective is not None and objective in names:
        number = as_number(names[objective])
        if number is not None:
            return number, metrics
        reason = f"'{objective}' is {shape(names[objective])} at the end of the script, not a number"
        return Failed("no objective", reason), metrics
    own = [name for name in finite_numbers(names) if not name.startswith("_")]
    wish = f"nothing is called {objective}" if objective is not None else f"there is no {DEFAULT}"
    numbers = f"; the script's numbers are {', '.join(own)}" if own else ""
    reason = f"{wish}: {reported(curve)}{numbers}; name one with --objective NAME"
    return Failed("no objective", reason), metrics


def never_finite(name: str) -> Failed:
    """Return the failure of a trial whose fit never reported its objective as a finite number."""
    return Failed("not finite", f"{name} was not a finite number after any epoch")
