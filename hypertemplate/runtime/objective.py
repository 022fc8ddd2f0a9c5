"""The loss of a trial that comes from a Keras fit, or from a variable of a script; pure."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from typing import Any

from hypertemplate.runtime.model_arguments import shape
from hypertemplate.runtime.numbers import as_number, finite_numbers
from hypertemplate.runtime.protocol import Failed

DEFAULT = "val_loss"
"""What is minimised where nothing else is asked for."""

_MORE_IS_BETTER = re.compile(
    r"accuracy|auc|precision|recall"
    r"|(?<![a-z])(?:(?:train|val|test)_?)?(?:acc|f1|m?iou|io_u|r2)(?![a-z])",
    re.IGNORECASE,
)

Curve = Sequence[Mapping[str, float]]


def is_maximised(name: str) -> bool:
    """Whether more of a metric is better, by its name: ``val_accuracy``, but not ``val_loss``."""
    return _MORE_IS_BETTER.search(name) is not None


def from_fit(curve: Curve, name: str, *, maximize: bool) -> tuple[float, dict[str, float]] | None:
    """The best value of a metric over the epochs of a fit, and all metrics of that epoch; None without it.

    Args:
        curve: the metrics of each epoch.
        name: the metric.
        maximize: whether the highest value is the best; else the lowest is.
    """
    epochs = [metrics for metrics in curve if name in metrics]
    if not epochs:
        return None
    best = (max if maximize else min)(epochs, key=lambda metrics: metrics[name])
    return best[name], dict(best)


def beside(curve: Curve) -> dict[str, float]:
    """The metrics of the last epoch that stand beside a loss which does not come from the fit.

    The training loss of the fit is not among them: two numbers called loss would only confuse.
    """
    return {name: value for name, value in curve[-1].items() if name != "loss"} if curve else {}


def reported(curve: Curve) -> str:
    """What the last fit reported, in words.

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
    """The number that a script is searched by, or why there is none, and the metrics beside it.

    Args:
        names: the script's module-level names, at its end.
        curve: the metrics of each epoch of the last fit.
        objective: a metric of the fit, else a variable; by default `DEFAULT` of the fit.
        maximize: whether more is better.
        diverged: the metrics that the fit reported as NaN or infinite.
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
    """Why a trial failed whose fit reported its objective in no epoch as a finite number."""
    return Failed("not finite", f"{name} was not a finite number after any epoch")
