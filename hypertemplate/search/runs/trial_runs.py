"""Runs of one trial with several seeds, and what they say together; pure.

A trial counts by all its runs or not at all: it fails with the first run that fails, since a mean over those
that are left would hide that its values are not safe.
"""

from __future__ import annotations

import math
from dataclasses import replace

from hypertemplate.origin import Origin
from hypertemplate.search.study import Study, Trial, TrialRun, TrialState, is_identical, mean

TELLING = 2
"""Number of trials whose runs have to be identical before the user is told."""


def after_run(ran: Trial) -> Trial:
    """Return a trial after one more of its runs: as it ends, or still running if more are to come.

    A run that was stopped is the first one, and ends its trial.

    Args:
        ran: the trial as this run alone would end it, with the runs before it.
    """
    if ran.repeats == 1 or ran.state is TrialState.PRUNED:
        return ran
    runs = (*ran.runs, _run(ran))
    if ran.state is TrialState.FAILED:
        error = f"run {len(runs)} of {ran.repeats}: {ran.error}"
        return replace(_together(ran, runs), loss=None, error=error, metrics=ran.metrics)
    if len(runs) < ran.repeats:
        return replace(ran, state=TrialState.RUNNING, loss=None, metrics={}, folds=(), unused=(), runs=runs)
    return _together(ran, runs)


def _run(ran: Trial) -> TrialRun:
    return TrialRun(
        len(ran.runs),
        ran.loss,
        ran.metrics,
        ran.folds,
        ran.unused,
        ran.origin,
        ran.duration_s,
        ran.error,
        ran.failure,
    )


def _together(ran: Trial, runs: tuple[TrialRun, ...]) -> Trial:
    """Return a trial with the means of its runs; a mean is of no epoch, and what any run read was read."""
    losses = [run.loss for run in runs if run.loss is not None]
    names = [name for name in runs[0].metrics if all(name in run.metrics for run in runs)]
    metrics = {name: [run.metrics[name] for run in runs] for name in names}
    seconds = [run.duration_s for run in runs if run.duration_s is not None]
    return replace(
        ran,
        loss=mean(losses) if losses else None,
        metrics={name: mean(values) for name, values in metrics.items() if all(map(math.isfinite, values))},
        unused=tuple(label for label in ran.params if all(label in run.unused for run in runs)),
        origin=_of_no_epoch(runs[0].origin),
        duration_s=sum(seconds) if seconds else None,
        runs=runs,
        folds=(),
    )


def _of_no_epoch(origin: Origin) -> Origin:
    return replace(origin, epoch=None, epochs=None)


def has_identical_runs(trial: Trial) -> bool:
    """Tell whether all runs of a trial have the same loss and metrics."""
    losses = [run.loss for run in trial.runs if run.loss is not None]
    return is_identical(losses) and all(run.metrics == trial.runs[0].metrics for run in trial.runs)


def identical_note(study: Study) -> str:
    """Return a note where the runs of the first trials tell no more than one run would; else nothing."""
    having = [
        trial
        for trial in study.without_equal.trials
        if trial.state is TrialState.COMPLETE and len(trial.runs) > 1
    ]
    if len(having) != TELLING or not all(map(has_identical_runs, having)):
        return ""
    return (
        "all runs of a trial have given the same numbers: the code seeds itself, or draws no random numbers; "
        "--repeats 1 finds the same in less time"
    )
