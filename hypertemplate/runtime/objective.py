"""The loss of a trial that comes from a Keras fit, or from a variable of a script; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hypertemplate.runtime.numeric import as_number, finite_numbers
from hypertemplate.runtime.protocol import Failed

DEFAULT = "val_loss"
"""What is minimised where nothing else is asked for."""

_MORE_IS_BETTER = re.compile("acc|auc|f1|iou|precision|recall|r2", re.IGNORECASE)

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


def of_script(
    names: Mapping[str, Any], curve: Curve, objective: str | None, *, maximize: bool
) -> tuple[float, dict[str, float]] | Failed:
    """The number that a script is searched by, and the metrics beside it.

    Args:
        names: the script's module-level names, at its end.
        curve: the metrics of each epoch of the last fit.
        objective: a metric of the fit, else a variable; by default `DEFAULT` of the fit.
        maximize: whether more is better.
    """
    found = from_fit(curve, objective or DEFAULT, maximize=maximize)
    if found is not None:
        return found
    metrics = dict(curve[-1]) if curve else {}
    if objective is not None and objective in names:
        number = as_number(names[objective])
        if number is not None and not math.isnan(number):
            return number, metrics
        kind = type(names[objective]).__name__
        return Failed("no objective", f"'{objective}' is {_a(kind)} at the end of the script, not a number")
    own = {name: value for name, value in names.items() if not name.startswith("_")}
    return Failed("no objective", _missing(objective, metrics, finite_numbers(own)))


def _missing(objective: str | None, metrics: Mapping[str, float], numbers: Mapping[str, float]) -> str:
    reported = f"the last fit reported {', '.join(metrics)}" if metrics else "no Keras fit was run"
    defined = f"; the script's numbers are {', '.join(numbers)}" if numbers else ""
    wish = f"nothing is called {objective}" if objective is not None else f"there is no {DEFAULT}"
    return f"{wish}: {reported}{defined}; name one with --objective NAME"


def _a(kind: str) -> str:
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"
