"""Studies of Optuna: what it needs to know of ours."""

from __future__ import annotations

import contextlib
import datetime
import math
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hypertemplate.errors import UsageError
from hypertemplate.exports.base import Target
from hypertemplate.exports.extras import extra
from hypertemplate.exports.new_files import taken
from hypertemplate.exports.optuna_rows import add_rows
from hypertemplate.exports.value_domains import Choices, Domain, domains, values_in
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.views.curves.shown_metric import preferred_metrics, shown_metric
from hypertemplate.views.objective_text import objective_name
from hypertemplate.views.text import plain
from hypertemplate.views.trial_table import header_json, trial_json

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
    start = datetime.datetime.fromtimestamp(0)  # an earlier version did not note it
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


def write_optuna(kept: Kept, target: Target) -> str:
    """Write a study to a storage of Optuna, which may hold others; an `Exporter`.

    Values that a trial did not read, and those that a range of Optuna's cannot hold, are attributes.
    """
    with extra("optuna", "Optuna"):
        import optuna
        import sqlalchemy
    url = _url(target)
    with _quiet():
        try:
            _check_empty(url)
            storage = optuna.storages.RDBStorage(url)
            if target.name in optuna.get_all_study_names(storage):
                if not target.force:
                    raise taken(f"the study {plain(target.name)} in {url}")
                optuna.delete_study(study_name=target.name, storage=storage)
            _add(kept, target.name, storage)
        except (optuna.exceptions.OptunaError, sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
            reason = str(error.__cause__ or error).partition("\n")[0]
            raise UsageError(f"{url}: Optuna cannot write there: {plain(reason)}") from error
    return f"{url}, study {plain(target.name)}"


def _url(target: Target) -> str:
    """Return the URL of the storage; a file is an SQLite database."""
    where = target.where or f"{target.name}.optuna.db"
    if "://" in where:
        return where
    if Path(where).is_dir():
        raise UsageError(f"{{output}} {where} is a folder; name a file in it", "output")
    if not Path(where).parent.is_dir():
        raise UsageError(f"{where} cannot be written: there is no folder {Path(where).parent}")
    return f"sqlite:///{where}"


def _check_empty(url: str) -> None:
    """Refuse a database that something else than Optuna has written.

    Raises:
        UsageError: there is such a database.
    """
    import sqlalchemy

    engine = sqlalchemy.create_engine(url)
    try:
        tables = set(sqlalchemy.inspect(engine).get_table_names())
    finally:
        engine.dispose()
    if tables and "studies" not in tables:
        raise UsageError(
            f"{url} is a database of something else; name another place with {{output}}", "output"
        )


def _add(kept: Kept, name: str, storage: optuna.storages.RDBStorage) -> None:
    """Add the study; if not all of it can be, none is left."""
    import optuna

    study = kept.study
    direction = "maximize" if study.maximize else "minimize"
    own = optuna.create_study(study_name=name, storage=storage, direction=direction)
    try:
        own.set_metric_names([objective_name(study)])
        for key, value in {**header_json(kept), "space": {d.label: repr(d) for d in study.space}}.items():
            own.set_user_attr(key, value)
        found = domains(study.space, study.trials)
        curves = [trial.counting for trial in study.trials]
        metric = shown_metric(curves, preferred_metrics(study))
        trials = [
            optuna_trial(
                study,
                trial,
                found,
                _attributes(kept, trial, found),
                {} if metric is None else _reported(trial, metric),
            )
            for trial in study.trials
        ]
        add_rows(own, storage, trials)
    except BaseException:
        optuna.delete_study(study_name=name, storage=storage)
        raise


def _reported(trial: Trial, metric: str) -> dict[int, float]:
    """Return the values of a metric in the fit that counts, by the number of the epoch."""
    curve = trial.counting
    return {
        number: report.metrics[metric]
        for number, report in zip(curve.numbers, curve.reports, strict=True)
        if metric in report.metrics
    }


TOLD = (
    "number",
    "worker",
    "duration_s",
    "error",
    "source",
    "epoch",
    "equal_to",
    "model",
    "losses",
    "sd",
    "confirmed",
    "other_data",
)
"""Fields of a trial that Optuna has no place for, or numbers otherwise."""


def _attributes(kept: Kept, trial: Trial, found: Mapping[str, Domain]) -> dict[str, object]:
    """Return what Optuna's trials have no place for, as JSON values."""
    study = kept.study
    whole, values = trial_json(kept, trial), study.json_values(trial.params)
    _, outside = values_in(found, trial, trial.read)
    attributes = {name: whole[name] for name in TOLD if whole[name] not in (None, [], "")}
    attributes |= {f"metrics.{name}": _finite(value) for name, value in trial.metrics.items()}
    for kind, labels in (("not_read", trial.not_read), ("not_reached", trial.not_reached)):
        unread = {label: value for label, value in values.items() if label in labels}
        attributes |= {kind: unread} if unread else {}
    attributes |= {"outside": {label: values[label] for label in outside}} if outside else {}
    return attributes | ({"set": [*trial.frozen]} if trial.frozen else {})


def _finite(value: float) -> float | str:
    """Return a number, or the text of one that JSON does not have."""
    return value if math.isfinite(value) else str(value)
