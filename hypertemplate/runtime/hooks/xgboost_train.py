"""Hook on XGBoost's `train` and `cv` that reports every round; nothing here imports XGBoost."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.boosting_rounds import Call, Rounds, report_rounds
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.patch import Undo
from hypertemplate.runtime.metrics.boosting_names import Measured
from hypertemplate.runtime.reports.fits import Fits

PACKAGE = "xgboost"

_HIGH = ("auc", "aucpr", "pre", "map", "ndcg", "interval-regression-accuracy")
"""XGBoost's metrics of which more is better, less what comes after an ``@``."""

_LOW = (
    *("rmse", "rmsle", "mae", "mape", "mphe", "logloss", "error", "merror", "mlogloss", "quantile"),
    *("poisson-nloglik", "gamma-nloglik", "cox-nloglik", "tweedie-nloglik", "aft-nloglik"),
    *("gamma-deviance", "expectile"),
)
"""XGBoost's metrics of which less is better."""


def report_fits(watcher: ImportWatcher, current: Callable[[], Fits | None]) -> Undo:
    """Make every fit with an evaluation set report to ``current()``; see `report_rounds`."""
    return report_rounds(watcher, PACKAGE, _watch, current)


def _watch(module: ModuleType, given: Call, fits: Fits) -> Rounds | None:
    """Add the reporter to a call of `train`, or of `cv`, which evaluates on its folds."""
    training = set()
    if "evals" in given:
        if not given["evals"]:
            return None
        given["evals"] = sets = [*given["evals"]]
        training = {one[1] for one in sets if isinstance(one, tuple) and one[0] is given["dtrain"]}
    rounds = Rounds(fits, training)
    reporter = _reporter_class(module.callback.TrainingCallback)
    # First, so that it sees each round: the callbacks behind one that ends the fit are not called.
    ours = reporter(rounds, given["num_boost_round"], given["maximize"])
    given["callbacks"] = [ours, *(given["callbacks"] or ())]
    return rounds


@functools.cache
def _reporter_class(base: type) -> Callable[..., Any]:
    """Return the reporter as a subclass of this XGBoost's `TrainingCallback`."""

    class Reporter(base):  # type: ignore[misc]
        def __init__(self, rounds: Rounds, most: Any, maximize: bool | None) -> None:
            super().__init__()
            self._rounds = rounds
            self._most = most
            self._maximize = maximize

        def before_training(self, model: Any) -> Any:
            self._rounds.started(self._most)
            return model

        def before_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            # All callbacks have seen the last round, and no other one has begun.
            return self._rounds.is_stopped

        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            self._rounds.round_ended(epoch, _latest(evals_log, self._maximize))
            return False

    return Reporter


def _latest(log: Mapping[str, Mapping[str, Sequence[Any]]], maximize: bool | None) -> dict[Measured, Any]:
    """Return the values of the last round; of folds their means."""
    found = {}
    for data, metrics in log.items():
        for metric, values in metrics.items():
            value = values[-1]
            one = Measured(data, metric, direction(metric, maximize))
            found[one] = value[0] if isinstance(value, tuple) else value
    return found


def direction(metric: str, maximize: bool | None) -> bool | None:
    """Return True if more of a metric is better; the call's `maximize` says it of the user's own.

    >>> direction("ndcg@5-", None), direction("error@0.7", None), direction("gini", True)
    (True, False, True)
    """
    name = metric.partition("@")[0].removesuffix("-")
    return name in _HIGH if name in _HIGH or name in _LOW else maximize
