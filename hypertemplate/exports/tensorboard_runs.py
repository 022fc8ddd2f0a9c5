"""Studies as runs of TensorBoard with the summaries of its HParams page: the one file that imports it.

It writes with TensorBoard's own messages and record writer, which need no TensorFlow.
"""

from __future__ import annotations

import itertools
import os
import shlex
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypertemplate.errors import UsageError
from hypertemplate.exports.base import End, Target
from hypertemplate.exports.extras import extra
from hypertemplate.exports.new_files import taken
from hypertemplate.exports.value_domains import Choices, Domain, Plain, domains, values_in
from hypertemplate.search.observer import SilentObserver
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState
from hypertemplate.views.objective_text import objective_name
from hypertemplate.views.text import plain

if TYPE_CHECKING:
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

RESULT = "result/"
"""Beginning of the tags of a trial's final numbers, which are not always the last ones of its curves."""

_numbers = itertools.count()
"""Numbers that tell the event files of this process apart."""


def _load() -> None:
    """Load the parts of TensorBoard.

    Raises:
        UsageError: it is not installed.
    """
    with extra("tensorboard", "TensorBoard"):
        from tensorboard.compat.proto import event_pb2, summary_pb2  # noqa: F401
        from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2  # noqa: F401
        from tensorboard.summary.writer import record_writer  # noqa: F401


class _EventFile:
    """File of events in a folder; OSError if it cannot be written.

    Args:
        folder: its folder.
        started_s: time of the first event, in seconds since 1970.
        is_live: whether each event is passed on at once, for those who watch.
    """

    def __init__(self, folder: Path, started_s: float, *, is_live: bool = False) -> None:
        from tensorboard.compat.proto import event_pb2
        from tensorboard.summary.writer import record_writer

        parts = (f"{int(started_s):010}", socket.gethostname(), str(os.getpid()), str(next(_numbers)))
        folder.mkdir(parents=True, exist_ok=True)
        file = open(folder / f"events.out.tfevents.{'.'.join(parts)}", "wb")  # noqa: SIM115 - until `close`
        self._records = record_writer.RecordWriter(file)
        self._is_live = is_live
        self._write(event_pb2.Event(wall_time=started_s, file_version="brain.Event:2"))
        # Of what an earlier process has written of this run before it was killed, nothing is shown.
        start = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
        self._write(event_pb2.Event(wall_time=started_s, step=0, session_log=start))

    def numbers(self, numbers: Mapping[str, float], step: int, at_s: float) -> None:
        """Write numbers of one moment, by their tags."""
        from tensorboard.compat.proto import event_pb2, summary_pb2

        values = [summary_pb2.Summary.Value(tag=tag, simple_value=one) for tag, one in numbers.items()]
        self._write(event_pb2.Event(wall_time=at_s, step=step, summary=summary_pb2.Summary(value=values)))

    def hparams(self, tag: str, data: HParamsPluginData, at_s: float) -> None:
        """Write a summary of the HParams page."""
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.plugins.hparams import metadata

        value = summary_pb2.Summary.Value(
            tag=tag, metadata=metadata.create_summary_metadata(data), tensor=metadata.NULL_TENSOR
        )
        self._write(event_pb2.Event(wall_time=at_s, summary=summary_pb2.Summary(value=[value])))

    def close(self) -> None:
        """Close the file."""
        self._records.close()

    def _write(self, event: Any) -> None:
        self._records.write(event.SerializeToString())
        if self._is_live:
            self._records.flush()


class TensorBoardLog(SilentObserver):
    """`Follower` that writes each trial to a run of its own, curves while they grow.

    Trials that have ended before, and have no run, are written too. What the HParams page shows of a trial
    is known at its end only: which values it has read. Where the disk has no space, the search continues.

    Args:
        folder: folder of the runs.
        note: is told if they are not written any more.

    Raises:
        UsageError: TensorBoard is not installed, or the folder cannot be created.
    """

    def __init__(self, folder: Path, note: Callable[[str], None]) -> None:
        check_log(folder)
        self._folder = folder
        self._note = note
        self._files: dict[int, _EventFile] = {}
        self._started_s: dict[int, float] = {}
        self._has_experiment = False
        self._is_open = True

    def ready(self, study: Study, trials: int) -> None:
        """Write the trials that have ended before, if they have no run."""
        for trial in study.trials:
            if not _event_files(self._folder / run_name(trial)):
                self._attempt(partial(self._end, study, trial, curves=True))

    def trial_started(self, trial: Trial) -> None:
        """Open the run of a trial at its first start: of its several runs, the curves of the first count."""
        if trial.number not in self._started_s:
            self._started_s[trial.number] = _started_s(trial)
            self._attempt(partial(self._open, trial))

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Write what a fit of a running trial has reported."""
        file = self._files.get(number)
        if file is not None:
            start_s, last = self._started_s[number], curve.reports[-1:]
            self._attempt(partial(_write_reports, file, start_s, curve, last))

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Write the end of a trial, and close its run."""
        self._attempt(partial(self._end, study, trial, curves=trial.number not in self._files))

    def ended(self, kept: Kept | None, end: End, error: str = "") -> None:
        """Close the runs of trials that have not ended."""
        for file in self._files.values():
            self._attempt(file.close)

    def _open(self, trial: Trial) -> None:
        self._files[trial.number] = _EventFile(
            self._folder / run_name(trial), _started_s(trial), is_live=True
        )

    def _end(self, study: Study, trial: Trial, *, curves: bool) -> None:
        found = domains(study.space, study.trials)
        if not self._has_experiment and study.best is not None:
            _write_experiment(self._folder, study, found)
            self._has_experiment = True
        file = self._files.pop(trial.number, None)
        file = file or _EventFile(self._folder / run_name(trial), _started_s(trial))
        _write_trial(file, study, trial, found, curves=curves)
        file.close()

    def _attempt(self, write: Callable[[], None]) -> None:
        """Write something; once that fails, nothing is written any more."""
        if not self._is_open:
            return
        try:
            write()
        except OSError as error:
            self._is_open = False
            reason = error.strerror or error
            self._note(f"{self._folder} is not written any more ({reason}); the search continues")


def log_folder(text: object) -> Path | None:
    """Return the folder in ``tensorboard:DIR``; None for None.

    Raises:
        UsageError: the text is something else.
    """
    if text is None:
        return None
    tool, _, folder = str(text).partition(":")
    if tool != "tensorboard" or not folder:
        raise UsageError(f"{{log_to}} {text}: write tensorboard:DIR, such as tensorboard:logs", "log_to")
    return Path(folder).expanduser()


def check_log(folder: Path) -> None:
    """Create the folder of a log, before anything that takes long.

    Raises:
        UsageError: TensorBoard is not installed, or the folder cannot be created.
    """
    _load()
    _make(folder)


def write_tensorboard(kept: Kept, target: Target) -> str:
    """Write a study to a folder of TensorBoard, a run for each trial; an `Exporter`."""
    folder = Path(target.where or f"{target.name}.tensorboard")
    _load()
    study = kept.study
    there = [path for trial in study.trials for path in _event_files(folder / run_name(trial))]
    if there and not target.force:
        raise taken(str(there[0].parent))
    _make(folder)
    found = domains(study.space, study.trials)
    try:
        for path in (*there, *(_event_files(folder) if target.force else ())):
            path.unlink()
        _write_experiment(folder, study, found)
        for trial in study.trials:
            file = _EventFile(folder / run_name(trial), _started_s(trial))
            _write_trial(file, study, trial, found, curves=True)
            file.close()
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from error
    return f"{folder}; look at it with: tensorboard --logdir {shlex.quote(str(folder))}"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from error


def run_name(trial: Trial) -> str:
    """Return the name of the run of a trial; in the order of names, runs are in that of numbers."""
    return f"trial-{trial.number:05}"


def _event_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("events.out.tfevents.*"))


def _started_s(trial: Trial) -> float:
    """Return the time of a trial's start, in seconds since 1970; 0 if an earlier version did not note it."""
    return datetime.fromisoformat(trial.started_at).timestamp() if trial.started_at else 0.0


def _write_trial(
    file: _EventFile, study: Study, trial: Trial, found: Mapping[str, Domain], *, curves: bool
) -> None:
    """Write a trial that has ended: its values, numbers and end; its curves, if they are not there."""
    from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2

    start_s = _started_s(trial)
    end_s = start_s + (trial.duration_s or 0)
    for curve in trial.curves if curves else ():
        _write_reports(file, start_s, curve, curve.reports)
    if study.counts(trial) and trial.loss is not None:
        numbers = {objective_name(study): study.score(trial.loss)}
        tagged = {f"{RESULT}{name}": number for name, number in {**trial.metrics, **numbers}.items()}
        file.numbers(tagged, trial.number, end_s)
    inside, outside = values_in(found, trial, trial.read)
    info = plugin_data_pb2.SessionStartInfo(
        group_name=run_name(trial), start_time_secs=start_s, model_uri=plain(study.template)
    )
    values: dict[str, Plain] = {**inside, **outside}
    for label, value in values.items():
        _set(info.hparams[label], _uniform(found.get(label), value))
    data = plugin_data_pb2.HParamsPluginData(session_start_info=info)
    file.hparams(metadata.SESSION_START_INFO_TAG, data, start_s)
    states = {TrialState.COMPLETE: api_pb2.STATUS_SUCCESS, TrialState.FAILED: api_pb2.STATUS_FAILURE}
    status = states.get(trial.state, api_pb2.STATUS_UNKNOWN)
    end = plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=end_s)
    file.hparams(
        metadata.SESSION_END_INFO_TAG, plugin_data_pb2.HParamsPluginData(session_end_info=end), end_s
    )


def _write_reports(file: _EventFile, start_s: float, curve: Curve, reports: Iterable[Report]) -> None:
    """Write what a fit has reported; of fits after the first, under names of their own."""
    own = f"fit {curve.fit + 1}/" if curve.fit else ""
    first = 0 if curve.unit == "step" else 1
    for report in reports:
        at_s = start_s + (report.seconds or 0)
        tagged = {f"{own}{name}": value for name, value in report.metrics.items()}
        file.numbers(tagged, first + report.epoch, at_s)


def _write_experiment(folder: Path, study: Study, found: Mapping[str, Domain]) -> None:
    """Write the parameters of a study with their domains, and the numbers that its trials end with."""
    from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2

    experiment = api_pb2.Experiment(description=plain(study.template), time_created_secs=time.time())
    for dimension in study.space:
        own = found.get(dimension.label)
        experiment.hparam_infos.append(_parameter(dimension.label, own))
    names = [objective_name(study), *(name for trial in study.trials for name in trial.metrics)]
    for name in dict.fromkeys(names):
        experiment.metric_infos.append(
            api_pb2.MetricInfo(name=api_pb2.MetricName(tag=f"{RESULT}{name}"), display_name=plain(name))
        )
    file = _EventFile(folder, time.time())
    file.hparams(
        metadata.EXPERIMENT_TAG, plugin_data_pb2.HParamsPluginData(experiment=experiment), time.time()
    )
    file.close()


def _parameter(label: str, domain: Domain | None) -> Any:
    """Return what the HParams page knows of a parameter."""
    from tensorboard.plugins.hparams import api_pb2

    info = api_pb2.HParamInfo(name=label, display_name=plain(label), type=api_pb2.DATA_TYPE_FLOAT64)
    if isinstance(domain, Choices):
        kinds = {type(value) for value in domain.values}
        if kinds == {bool}:
            info.type = api_pb2.DATA_TYPE_BOOL
        elif not kinds <= {int, float}:
            info.type = api_pb2.DATA_TYPE_STRING
        for value in domain.values:
            _set(info.domain_discrete.values.add(), _uniform(domain, value))
    elif domain is not None:
        info.domain_interval.min_value, info.domain_interval.max_value = domain.low, domain.high
    return info


def _uniform(domain: Domain | None, value: Plain) -> Plain:
    """Return a value of the one type that all options of a choice have: a text, if they are of several."""
    if not isinstance(domain, Choices):
        return value
    kinds = {type(one) for one in domain.values}
    return value if kinds == {bool} or kinds <= {int, float} else str(value)


def _set(message: Any, value: Plain) -> None:
    """Set a protobuf ``Value``."""
    if isinstance(value, bool):
        message.bool_value = value
    elif isinstance(value, (int, float)):
        message.number_value = value
    else:
        message.string_value = str(value)
