"""Trials of a study as they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.origin import Unit
from hypertemplate.results.thinned_points import MOST_POINTS, Points, thinned_points
from hypertemplate.results.value_cells import ValueCell, value_cells
from hypertemplate.search.study import Study, Trial
from hypertemplate.views.objective_text import number_text, origin_of, reached, result
from hypertemplate.views.text import plain_lines
from hypertemplate.views.trial_line import reason_lines


@dataclass(frozen=True, slots=True)
class TrialSummary:
    """One trial.

    Attributes:
        number: number from 0.
        state: ``complete``, ``pruned``, ``failed`` or ``running``.
        value: the user's number, not negated; None for a trial that cannot be the best one.
        result: that number as text, or the state.
        described: the number in words: its name, its epoch, its runs.
        sd: standard deviation of its several losses, or None.
        cells: cells of all parameters, by label.
        metrics: numbers by name; some may not be finite.
        curves: points of each metric that is shown, at most a hundred, of the fit that counts.
        unit: unit of that fit.
        epoch: number of the epoch, round or step that has the trial's number; None if none has.
        reached: number of the last one that the fit came to; 0 without a report.
        started_at: time of its start, UTC, ISO 8601; may be empty.
        duration_s: seconds that it took, or None.
        worker: number of the worker, from 0.
        reason: reason why it failed or was pruned, or an empty string; its first line says the most.
        failure: class of the reason, or None.
        traceback: traceback of a trial that raised, or an empty string.
        equal_to: number of the trial whose result it has; None for one that ran.
        left_out: reason for which it does not count under the present code; empty for one that counts.
        other_data: names of files of which it has read other contents than the last trials.
    """

    number: int
    state: str
    value: float | None
    result: str
    described: str
    sd: float | None
    cells: Mapping[str, ValueCell]
    metrics: Mapping[str, float]
    curves: Mapping[str, Points]
    unit: Unit
    epoch: int | None
    reached: int
    started_at: str
    duration_s: float | None
    worker: int
    reason: str
    failure: str | None
    traceback: str
    equal_to: int | None
    left_out: str
    other_data: tuple[str, ...] = ()


def trial_summary(
    study: Study,
    trial: Trial,
    metrics: Sequence[str] = (),
    points: int = MOST_POINTS,
    other: tuple[str, ...] = (),
) -> TrialSummary:
    """Summarise one trial.

    Args:
        study: its study, with the space that its values are of.
        trial: the trial.
        metrics: metrics of its curves.
        points: most points of a curve.
        other: names of files of which it has read other contents.
    """
    counting = trial.counting
    counts = study.counts(trial) and not trial.left_out
    curves = {metric: thinned_points(counting, metric, points) for metric in metrics}
    return TrialSummary(
        number=trial.number,
        state=trial.state.value.lower(),
        value=study.score(trial.loss) if counts and trial.loss is not None else None,
        result=result(study, trial, ".6g"),
        described=number_text(study, trial, ".6g"),
        sd=trial.deviation,
        cells=value_cells(study.space, trial),
        metrics=trial.metrics,
        curves={metric: curve for metric, curve in curves.items() if curve},
        unit=counting.unit,
        epoch=origin_of(study, trial).epoch if counts else None,
        reached=reached(counting)[1] if counting.reports else 0,
        started_at=trial.started_at,
        duration_s=trial.duration_s,
        worker=trial.worker,
        reason="" if trial.error is None else "\n".join(reason_lines(trial)),
        failure=trial.failure,
        traceback="\n".join(plain_lines(trial.traceback)),
        equal_to=trial.equal_to,
        left_out=trial.left_out,
        other_data=other,
    )
