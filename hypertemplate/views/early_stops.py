"""Number of trials that were stopped early, and what that saved, in words."""

from __future__ import annotations

from hypertemplate.search.pruners.rungs import length
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.units import counted, rough_duration


def early_stops(study: Study) -> str:
    """Say how many trials were stopped early, how many epochs ran, and the time saved; empty for none.

    Example: ``18 of 60 trials stopped early: 310 of 1,200 epochs run, about 12 min saved``.
    """
    stopped = [trial for trial in study.trials if trial.state is TrialState.PRUNED and trial.curves]
    if not stopped:
        return ""
    complete = [trial for trial in study.trials if trial.state is TrialState.COMPLETE]
    usual = [_epochs(trial) for trial in complete]
    ran, whole, saved_s = sum(map(_epochs, study.trials)), 0, 0.0
    for trial in study.trials:
        epochs = _epochs(trial)
        rest = max(0, (length(trial.curves[-1].epochs, usual) or 0) - epochs) if trial in stopped else 0
        whole += epochs + rest
        saved_s += rest * (trial.duration_s or 0) / max(1, epochs)
    text = f"{len(stopped)} of {counted(len(study.trials), 'trial')} stopped early"
    return f"{text}: {ran:,} of {whole:,} epochs run, about {rough_duration(saved_s)} saved"


def _epochs(trial: Trial) -> int:
    return sum(len(curve.reports) for curve in trial.curves)
