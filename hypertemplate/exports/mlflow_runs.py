"""Studies as runs of MLflow, a parent run with one for each trial: the one file that imports it."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import math
import os
import posixpath
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hypertemplate.errors import UsageError
from hypertemplate.exports.base import Target
from hypertemplate.exports.extras import extra
from hypertemplate.exports.new_files import taken
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.views.objective_text import direction, objective_name
from hypertemplate.views.text import plain

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Metric

T = TypeVar("T")

DIGEST, TRIAL = "hypertemplate.digest", "hypertemplate.trial"
"""Tags by which an exported study and its trials are found again."""

KIND = {"mlflow.experimentKind": "custom_model_development"}
"""Tag by which MLflow opens an experiment with its table of runs, and not with what language models do."""

RESULT = "result/"
"""Beginning of the names of a trial's final numbers: MLflow shows the last value of a curve, not the best."""

MOST_METRICS, MOST_PARAMS, MOST_KEY, MOST_VALUE = 900, 90, 240, 5000
"""Numbers of entries that one request may have, and of characters of a name and a value."""

STATUS = {TrialState.COMPLETE: "FINISHED", TrialState.PRUNED: "KILLED", TrialState.FAILED: "FAILED"}


def write_mlflow(kept: Kept, target: Target) -> str:
    """Write a study to a store of MLflow: of the user's environment, or the one that is named; an `Exporter`.

    A file is an SQLite database, as in MLflow itself.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # an export tells nobody else
    with extra("mlflow", "MLflow"):
        import mlflow
        from mlflow import MlflowClient
    uri = _uri(target.where, mlflow.get_tracking_uri())
    with _quiet(), _unsynced() if _is_new_file(uri) else contextlib.nullcontext():
        try:
            client = MlflowClient(uri)
            experiment = _experiment(client, target.name)
            for run in _earlier(client, experiment, kept.study):
                if not target.force:
                    raise taken(f"the study {plain(target.name)} in {uri}")
                client.delete_run(run)
            _write(client, experiment, kept, target.name)
        except (mlflow.exceptions.MlflowException, ImportError) as error:
            reason = str(error).partition("\n")[0]
            raise UsageError(f"{uri}: MLflow cannot write there: {plain(reason)}") from error
    return f"{uri}, experiment {plain(target.name)}"


def _uri(where: str | None, default: str) -> str:
    if where is None:
        return default
    if "://" in where or where == "databricks":
        return where
    if Path(where).is_dir():
        raise UsageError(f"{{output}} {where} is a folder; name a file in it, such as runs.db", "output")
    if not Path(where).parent.is_dir():
        raise UsageError(f"{where} cannot be written: there is no folder {Path(where).parent}")
    return f"sqlite:///{where}"


def _is_new_file(uri: str) -> bool:
    """Tell whether a store is a file of SQLite's that is not there yet."""
    path = uri.removeprefix("sqlite:///")
    return path != uri and not Path(path.partition("?")[0]).exists()


@contextlib.contextmanager
def _unsynced() -> Iterator[None]:
    """Let SQLite hand what it writes to the operating system, and not wait for the disk.

    MLflow commits several times for each run, and its new tables take hundreds of commits: in a new file,
    waiting for the disk takes most of the time. If the machine loses its power meanwhile, the export is
    repeated. A file that has other runs is written as MLflow does.
    """
    from sqlalchemy import Engine, event

    def connected(connection: Any, record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    event.listen(Engine, "connect", connected)
    try:
        yield
    finally:
        event.remove(Engine, "connect", connected)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep MLflow's notes on new tables, and its libraries' warnings, out of the output."""
    loggers = [logging.getLogger(name) for name in ("mlflow", "alembic")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _experiment(client: MlflowClient, name: str) -> str:
    """Return the id of an experiment; create it if there is none."""
    found = client.get_experiment_by_name(name)
    experiment: str = client.create_experiment(name, tags=KIND) if found is None else found.experiment_id
    return experiment


def _earlier(client: MlflowClient, experiment: str, study: Study) -> list[str]:
    """Return the ids of the runs of an earlier export of a study."""
    return _runs(client, experiment, f"tags.`{DIGEST}` = '{study.digest}'")


def _children(client: MlflowClient, experiment: str, parent: str) -> list[str]:
    """Return the ids of the runs below another one."""
    return _runs(client, experiment, f"tags.`mlflow.parentRunId` = '{parent}'")


def _runs(client: MlflowClient, experiment: str, where: str) -> list[str]:
    """Return the ids of runs, of however many pages."""
    found: list[str] = []
    token = None
    while True:
        page = client.search_runs([experiment], where, page_token=token)
        found += [run.info.run_id for run in page]
        token = page.token
        if not token:
            return found


def _write(client: MlflowClient, experiment: str, kept: Kept, name: str) -> None:
    """Write the study; if not all of it can be written, no run is left."""
    study = kept.study
    starts = [_start_ms(trial) for trial in study.trials]
    tags = {
        DIGEST: study.digest,
        "hypertemplate.template": study.template,
        "hypertemplate.algorithm": study.algorithm,
        "hypertemplate.seed": str(study.seed),
        "hypertemplate.objective": objective_name(study),
        "hypertemplate.direction": direction(study) or "unknown",
    }
    parent = client.create_run(experiment, min(starts, default=0), tags, name).info.run_id
    names = Names()
    key = names[f"best {objective_name(study)}"]
    try:
        for trial in study.trials:
            _write_trial(client, experiment, parent, study, trial)
        best = [_metric(key, value, trial) for trial, value in _improvements(study)]
        _log(client, parent, {}, best, names.tags)
        client.set_terminated(parent, "FINISHED", max(map(_end_ms, study.trials), default=0))
    except BaseException:
        for run in _children(client, experiment, parent):
            client.delete_run(run)
        client.delete_run(parent)
        raise


def _improvements(study: Study) -> Iterator[tuple[Trial, float]]:
    """Yield each trial that was better than all before it, and its number; none while that is unknown."""
    least = math.inf
    for trial in study.trials if study.maximize is not None else ():
        if study.counts(trial) and trial.loss is not None and trial.loss < least:
            least = trial.loss
            yield trial, study.score(trial.loss)


def _write_trial(client: MlflowClient, experiment: str, parent: str, study: Study, trial: Trial) -> None:
    """Write a trial that has ended, with the values that it has read."""
    names = Names()
    values = study.json_values(trial.params)
    params = {names[label]: _text(values[label]) for label in values if label in trial.read}
    metrics = [one for curve in trial.curves for one in _curve(names, trial, curve)]
    if study.counts(trial) and trial.loss is not None:
        numbers = {**trial.metrics, objective_name(study): study.score(trial.loss)}
        metrics += [_metric(names[f"{RESULT}{name}"], value, trial) for name, value in numbers.items()]
    infinite = [f"{one.key} at {one.step}: {one.value}" for one in metrics if math.isinf(one.value)]
    tags = {
        "mlflow.parentRunId": parent,
        DIGEST: study.digest,
        TRIAL: str(trial.number),
        "hypertemplate.state": trial.state.value,
        **({"mlflow.note.content": trial.error[:MOST_VALUE]} if trial.error else {}),
        **({"hypertemplate.infinite": "; ".join(infinite)[:MOST_VALUE]} if infinite else {}),
        **names.tags,
    }
    run = client.create_run(experiment, _start_ms(trial), tags, f"trial {trial.number}").info.run_id
    # MLflow would store the largest number in place of infinity.
    _log(client, run, params, [one for one in metrics if not math.isinf(one.value)], {})
    client.set_terminated(run, STATUS[trial.state], _end_ms(trial))


def _curve(names: Names, trial: Trial, curve: Curve) -> Iterator[Metric]:
    """Yield what a fit has reported; of fits after the first, under names of their own."""
    from mlflow.entities import Metric

    own = f"fit {curve.fit + 1}/" if curve.fit else ""
    for number, report in zip(curve.numbers, curve.reports, strict=True):
        at_ms = _start_ms(trial) + round(1000 * (report.seconds or 0))
        for name, value in report.metrics.items():
            yield Metric(names[f"{own}{name}"], value, at_ms, number)


def _metric(key: str, value: float, trial: Trial) -> Metric:
    """Return a number that a trial ended with, at the step of its number."""
    from mlflow.entities import Metric

    return Metric(key, value, _end_ms(trial), trial.number)


def _log(
    client: MlflowClient,
    run: str,
    params: Mapping[str, str],
    metrics: Sequence[Metric],
    tags: Mapping[str, str],
) -> None:
    """Log numbers and values, in requests that a server accepts."""
    from mlflow.entities import Param, RunTag

    numbers = _parts(metrics, MOST_METRICS)
    values = _parts([Param(key, value) for key, value in params.items()], MOST_PARAMS)
    for some, chunk in itertools.zip_longest(numbers, values, fillvalue=()):
        client.log_batch(run, metrics=some, params=chunk)
    for part in _parts([RunTag(key, value) for key, value in tags.items()], MOST_PARAMS):
        client.log_batch(run, tags=part)


def _parts(items: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(items), most):
        yield items[first : first + most]


class Names:
    """Names that MLflow accepts, each for one name of the study.

    Attributes:
        tags: tags that say which name stands for another one.
    """

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """Return the name for one of the study: the same, unless MLflow refuses it."""
        if name not in self._keys:
            key = re.sub(r"[^\w.\- :/]", "_", name)[:MOST_KEY] or "_"
            if posixpath.normpath(key) != key or key[0] in "./":  # MLflow takes it to be a path
                key = re.sub(r"[./]", "_", key)
            taken = set(self._keys.values())
            numbered = (f"{key}_{number}" for number in itertools.count(2))
            self._keys[name] = key if key not in taken else next(one for one in numbered if one not in taken)
        return self._keys[name]

    @property
    def tags(self) -> dict[str, str]:
        """Names of the study by the tags of the names that stand for them."""
        changed = {key: name for name, key in self._keys.items() if key != name}
        return {f"hypertemplate.name.{key}"[:MOST_KEY]: name[:MOST_VALUE] for key, name in changed.items()}


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:MOST_VALUE]


def _start_ms(trial: Trial) -> int:
    """Return the time of a trial's start, in milliseconds since 1970; 0 if it was not noted."""
    return round(1000 * datetime.fromisoformat(trial.started_at).timestamp()) if trial.started_at else 0


def _end_ms(trial: Trial) -> int:
    return _start_ms(trial) + round(1000 * (trial.duration_s or 0))
