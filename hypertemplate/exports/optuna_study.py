"""Studies of Optuna: the one file that imports it."""

from __future__ import annotations

import contextlib
import datetime
import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from hypertemplate.exports.extras import extra
from hypertemplate.exports.value_domains import Choices, Domain, domains, values_in
from hypertemplate.search.study import Study, Trial, TrialState

if TYPE_CHECKING:
    import optuna

LEAST_VERSION = 5
"""Version of Optuna from which its PED-ANOVA understands parameters that not every trial reads."""


def best_share_importance(study: Study, quantile: float) -> dict[str, float]:
    """Return how much each parameter matters for a trial to be among the best ones, by Optuna's PED-ANOVA.

    Parameters that have one value in all trials are left out. A parameter that a trial did not read is absent
    from it, as conditional PED-ANOVA (Kaito et al. 2026, arXiv 2601.20800) takes it.

    Args:
        study: study whose direction is known; its complete trials count that ran.
        quantile: share of the trials that are the best ones.

    Returns:
        Importances by label, the largest first; not normalised, all of them 0 if no parameter differs.

    Raises:
        UsageError: Optuna 5 or later is not installed.
    """
    with extra("optuna", "Optuna 5 or later"):
        import optuna

        if int(optuna.__version__.partition(".")[0]) < LEAST_VERSION:
            raise ImportError(f"Optuna {optuna.__version__} is installed")
    complete = [t for t in study.without_equal.trials if t.state is TrialState.COMPLETE]
    found = domains(study.space, complete)
    with _quiet():
        memory = optuna.create_study(direction="maximize" if study.maximize else "minimize")
        memory.add_trials(optuna_trial(study, trial, found) for trial in complete)
        evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=quantile)
        importances: dict[str, float] = optuna.importance.get_param_importances(
            memory, evaluator=evaluator, params=_varying(memory.get_trials()), normalize=False
        )
        return importances


def _varying(trials: list[optuna.trial.FrozenTrial]) -> list[str]:
    """Return the parameters that have more than one value, in the order in which trials have them first."""
    seen: dict[str, set[object]] = {}
    for trial in trials:
        for label, value in trial.params.items():
            seen.setdefault(label, set()).add(value)
    return [label for label, values in seen.items() if len(values) > 1]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna's notes on experimental functions and new studies from the output of the search."""
    import optuna

    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        optuna.logging.set_verbosity(level)


def optuna_trial(
    study: Study,
    trial: Trial,
    found: Mapping[str, Domain],
    attributes: Mapping[str, object] | None = None,
    reported: Mapping[int, float] | None = None,
) -> optuna.trial.FrozenTrial:
    """Return a trial that has ended as one of Optuna's, with the user's own number as its value.

    Args:
        study: its study.
        trial: the trial.
        found: domains of the parameters. Values outside of them are attributes.
        attributes: further attributes, as JSON values.
        reported: numbers that a fit reported, by epoch.
    """
    import optuna

    inside, _ = values_in(found, trial, trial.read)
    state = optuna.trial.TrialState
    states = {TrialState.COMPLETE: state.COMPLETE, TrialState.PRUNED: state.PRUNED}
    start, end = _times(trial)
    return optuna.trial.FrozenTrial(
        number=-1,  # Optuna numbers it
        trial_id=-1,
        state=states.get(trial.state, state.FAIL),
        value=None if trial.loss is None else study.score(trial.loss),
        datetime_start=start,
        datetime_complete=end,
        params=dict(inside),
        distributions={label: _distribution(found[label]) for label in inside},
        user_attrs=dict(attributes or {}),
        system_attrs={},
        intermediate_values=dict(reported or {}),
    )


def _times(trial: Trial) -> tuple[datetime.datetime, datetime.datetime]:
    """Return when a trial started and ended, in local time without a zone, as Optuna has it."""
    start = datetime.datetime.fromtimestamp(0)
    if trial.started_at:
        start = datetime.datetime.fromisoformat(trial.started_at).astimezone().replace(tzinfo=None)
    return start, start + datetime.timedelta(seconds=trial.duration_s or 0)


def _distribution(domain: Domain) -> optuna.distributions.BaseDistribution:
    import optuna

    if isinstance(domain, Choices):
        return optuna.distributions.CategoricalDistribution(domain.values)
    if domain.integral:
        step = 1 if domain.step is None else int(domain.step)
        return optuna.distributions.IntDistribution(int(domain.low), int(domain.high), domain.log, step)
    return optuna.distributions.FloatDistribution(domain.low, domain.high, domain.log, domain.step)
