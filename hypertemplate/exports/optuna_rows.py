"""Trials as rows of Optuna's database, all of them in a few statements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import optuna
    from sqlalchemy.orm import Session

KNOWN_MAJOR = 5
"""Major version of Optuna whose tables this file knows; it has them since version 3."""

Row = dict[str, Any]


def add_rows(
    study: optuna.Study, storage: optuna.storages.RDBStorage, trials: Sequence[optuna.trial.FrozenTrial]
) -> None:
    """Add trials to a study without any, in one transaction.

    Optuna itself needs about three queries for each value of a trial: minutes for a thousand trials.

    Args:
        study: the study.
        storage: its storage.
        trials: trials that have ended, whose parameters have one distribution for each name.
    """
    import optuna

    if int(optuna.__version__.partition(".")[0]) > KNOWN_MAJOR:
        study.add_trials(trials)
        return
    study_id = storage.get_study_id_from_name(study.study_name)
    with storage.scoped_session() as session, session.begin():
        _write(session, study_id, trials)


def _write(session: Session, study_id: int, trials: Sequence[optuna.trial.FrozenTrial]) -> None:
    import sqlalchemy
    from optuna.storages._rdb import models

    owners = [
        models.TrialModel(
            study_id=study_id,
            number=number,
            state=trial.state,
            datetime_start=trial.datetime_start,
            datetime_complete=trial.datetime_complete,
        )
        for number, trial in enumerate(trials)
    ]
    session.add_all(owners)
    session.flush()
    tables = {
        models.TrialValueModel: _values,
        models.TrialParamModel: _params,
        models.TrialIntermediateValueModel: _reports,
        models.TrialUserAttributeModel: _attributes,
    }
    for table, rows_of in tables.items():
        rows = [
            {"trial_id": owner.trial_id, **row}
            for owner, trial in zip(owners, trials, strict=True)
            for row in rows_of(trial)
        ]
        if rows:
            session.execute(sqlalchemy.insert(table), rows)


def _values(trial: optuna.trial.FrozenTrial) -> Iterator[Row]:
    from optuna.storages._rdb.models import TrialValueModel

    if trial.value is not None:
        value, kind = TrialValueModel.value_to_stored_repr(trial.value)
        yield {"objective": 0, "value": value, "value_type": kind}


def _params(trial: optuna.trial.FrozenTrial) -> Iterator[Row]:
    from optuna.distributions import distribution_to_json

    for name, value in trial.params.items():
        own = trial.distributions[name]
        yield {
            "param_name": name,
            "param_value": own.to_internal_repr(value),
            "distribution_json": distribution_to_json(own),
        }


def _reports(trial: optuna.trial.FrozenTrial) -> Iterator[Row]:
    from optuna.storages._rdb.models import TrialIntermediateValueModel

    for step, number in trial.intermediate_values.items():
        value, kind = TrialIntermediateValueModel.intermediate_value_to_stored_repr(number)
        yield {"step": step, "intermediate_value": value, "intermediate_value_type": kind}


def _attributes(trial: optuna.trial.FrozenTrial) -> Iterator[Row]:
    for key, value in trial.user_attrs.items():
        yield {"key": key, "value_json": json.dumps(value)}
