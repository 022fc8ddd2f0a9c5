"""Importance of the parameters of a study: how far each decides whether a trial is among the best."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypertemplate.exports.optuna_study import best_share_importance
from hypertemplate.search.study import Study, TrialState
from hypertemplate.units import counted

FEWEST_TRIALS = 20
"""Complete trials below which nothing is said: few trials make anything look important."""

BEST_SHARE, FEWEST_BEST = 0.1, 5
"""Share of the trials that are the best ones, and the least number of them."""

LEAST_TOTAL = 1e-9
"""Sum of the importances up to which they are rounding errors."""


@dataclass(frozen=True, slots=True)
class Importance:
    """Importance of the parameters of a study.

    Attributes:
        method: method, in words; empty where there is no result.
        shares: share of each parameter by label, of 1 in all, the largest first. A parameter that has one
            value in all trials has none.
        reason: reason why there is no result; empty where there is one.
    """

    method: str = ""
    shares: dict[str, float] = field(default_factory=dict)
    reason: str = ""


def importance_of(study: Study) -> Importance:
    """Return the importance of the parameters of a study, by conditional PED-ANOVA.

    It compares the values of the best tenth of the trials, at least five, with those of all. A parameter that
    some trials did not read counts only where it was read.

    Raises:
        UsageError: Optuna 5 or later is not installed; the message has the line that installs it.
    """
    ran = [trial for trial in study.without_equal.trials if trial.state is TrialState.COMPLETE]
    if len(ran) < FEWEST_TRIALS:
        have = counted(len(ran), "complete trial")
        return Importance(reason=f"too few to tell: {have}, and {FEWEST_TRIALS} are needed")
    if study.maximize is None:
        return Importance(reason=f"it is not known whether more or less of {study.number_name()} is better")
    quantile = max(BEST_SHARE, FEWEST_BEST / len(ran))
    found = best_share_importance(study, quantile)
    total = sum(found.values())
    if total < LEAST_TOTAL:
        return Importance(reason="the best trials have the values that all trials have")
    method = f"PED-ANOVA: values of the best {quantile:.0%} of {len(ran)} trials against those of all"
    return Importance(method, {label: value / total for label, value in found.items()})
