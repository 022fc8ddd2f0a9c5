"""Names of what a boosting library measures: of the validation set as in Keras, ``val_logloss``; pure.

XGBoost and LightGBM measure each metric on each evaluation set. The last set that is not the training set is
the validation; a metric of the training set has no prefix, and one of any other set has the set's name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from hypertemplate.runtime.metrics.numbered_names import Names

VALIDATION = "val_"

_TRAINING = frozenset({"train", "training", "dtrain", "learn"})
"""Names that people give the training set where they evaluate it too."""


class Measured(NamedTuple):
    """Metric of an evaluation set.

    Attributes:
        data: name of the evaluation set.
        metric: name of the metric.
        maximize: whether more of it is better; None if the library does not say.
    """

    data: str
    metric: str
    maximize: bool | None = None

    @property
    def printed(self) -> str:
        """Name as XGBoost prints it: ``validation_0-logloss``."""
        return f"{self.data}-{self.metric}"


def names_of(measured: Iterable[Measured], training: Collection[str] = ()) -> Names:
    """Return the names to use for printed ones, and for bare ones that only the validation has.

    Args:
        measured: metrics in the order of the evaluation sets.
        training: names of evaluation sets that are the training set itself.
    """
    each = [*measured]
    others = [one.data for one in each if one.data not in training and one.data.lower() not in _TRAINING]
    validation = others[-1] if others else None
    used = {one: _used(one, validation, others) for one in each}
    bare = {one.metric: name for one, name in used.items() if one.data == validation}
    bare = {metric: name for metric, name in bare.items() if metric not in used.values()}
    printed = {}
    for one, name in used.items():
        # `Names` has names without the prefix, which a set's name may have too.
        prefix = VALIDATION if one.printed.startswith(VALIDATION) and name.startswith(VALIDATION) else ""
        printed[one.printed.removeprefix(prefix)] = name.removeprefix(prefix)
    directions = {
        name.removeprefix(VALIDATION): one.maximize for one, name in used.items() if one.maximize is not None
    }
    return Names({**bare, **printed}, directions=directions)


def reported_as(name: str, seen: Iterable[str]) -> str:
    """Return the reported name that a name means, which may be printed or bare; else the name itself.

    >>> reported_as("eval-auc", ["val_auc", "loss"]), reported_as("eval-auc", ["val_auc", "auc"])
    ('val_auc', 'eval-auc')
    """
    names = {one: one.removeprefix(VALIDATION) for one in seen}
    if name in names:
        return name
    found = [one for one, metric in names.items() if name == metric or name.endswith(f"-{metric}")]
    return found[0] if len(found) == 1 else name


def _used(one: Measured, validation: str | None, others: Collection[str]) -> str:
    if one.data == validation:
        return VALIDATION + one.metric
    return one.printed if one.data in others else one.metric
