"""Hook on LightGBM's `train` and `cv` that reports every round; nothing here imports LightGBM."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.boosting_rounds import Call, Rounds, report_rounds
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.patch import Undo
from hypertemplate.runtime.metrics.boosting_names import Measured
from hypertemplate.runtime.reports.fits import Fits

PACKAGE = "lightgbm"

_FOLDS = "cv_agg"
"""Name of each evaluation set of `cv` before LightGBM 4.6, where its metrics are called ``valid auc``."""


def report_fits(watcher: ImportWatcher, current: Callable[[], Fits | None]) -> Undo:
    """Make every fit with an evaluation set report to ``current()``; see `report_rounds`."""
    return report_rounds(watcher, PACKAGE, _watch, current)


def _watch(module: ModuleType, given: Call, fits: Fits) -> Rounds | None:
    """Add callbacks to a call of `train`, or of `cv`, which evaluates on its folds."""
    training: set[str] = set()
    if "valid_sets" in given:
        sets = given["valid_sets"]
        if sets is None or (isinstance(sets, (list, tuple)) and not sets):
            return None
        training = _training_names(sets, given["valid_names"], given["train_set"])
    rounds = Rounds(fits, training)
    ours = _callbacks(rounds, module.callback.EarlyStopException)
    # LightGBM numbers the user's callbacks from the last one.
    given["callbacks"] = [*ours, *(given["callbacks"] or ())]
    return rounds


def _training_names(sets: Any, names: Any, train_set: Any) -> set[str]:
    """Return the name that the training set has among the evaluation sets."""
    each = [*sets] if isinstance(sets, (list, tuple)) else [sets]
    given = [names] if isinstance(names, str) else [*(names or ())]
    own = [*given, *["training"] * (len(each) - len(given))]
    return {own[at] for at, one in enumerate(each) if one is train_set}


class _Callback:
    """Callback of LightGBM.

    Args:
        function: function that is called with LightGBM's environment of callbacks.
        order: its place among the callbacks.
        before_iteration: whether it is called before a round, and not after it.
    """

    def __init__(
        self, function: Callable[[Any], None], order: float, *, before_iteration: bool = False
    ) -> None:
        self._function = function
        self.order = order
        self.before_iteration = before_iteration

    def __call__(self, env: Any) -> None:
        self._function(env)


def _callbacks(rounds: Rounds, early_stop: type[Exception]) -> tuple[_Callback, ...]:
    """Return callbacks that report before all others of a round, and stop after them."""

    def start(env: Any) -> None:
        if env.iteration == env.begin_iteration:
            rounds.started(env.end_iteration - env.begin_iteration)

    def report(env: Any) -> None:
        rounds.round_ended(env.iteration, values_of(env.evaluation_result_list))

    def stop(env: Any) -> None:
        if rounds.is_stopped:
            raise early_stop(env.iteration, env.evaluation_result_list)

    return (
        _Callback(start, -math.inf, before_iteration=True),
        _Callback(report, -math.inf),
        _Callback(stop, math.inf),
    )


def values_of(results: Iterable[Any]) -> dict[Measured, Any]:
    """Return the values of a round; of folds their means."""
    found = {}
    for data, metric, value, maximize, *_ in results:
        if data == _FOLDS:
            data, _, metric = metric.partition(" ")
        found[Measured(data, metric, bool(maximize))] = value
    return found
