"""Trial of a search, for the user's own code: its parameters are values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.views.objective_text import described


@dataclass(frozen=True, slots=True, repr=False)
class TunedTrial:
    """Trial that has ended.

    Attributes:
        number: number from 0, in the order of proposal.
        state: COMPLETE, PRUNED, FAILED or RUNNING.
        params: values by label; for a choice, the option, or its source text if not a constant.
        not_read: labels of values that a complete trial did not use, such as those of a branch not taken.
        loss: loss of the trial, or None; lower is better, also if the search maximises.
        metrics: numbers by name.
        curve: metrics of each epoch of the last fit.
        started_at: time of its start, UTC, ISO 8601.
        duration_s: seconds that it took, or None.
        worker: number of the worker that ran it, from 0.
        error: reason why it failed or was pruned, in one line, or None.
        failure: class of the reason, or None.
        traceback: traceback of a trial that raised, else an empty string.
        frozen: labels whose values were set; the others were drawn.
        objective: name of the number that the loss comes from.
        direction: ``minimize`` or ``maximize``; None while that is unknown.
        value: that number, as the user's code has it; None without one.
        source: place where it was found: ``returned`` by the model, ``variable`` of flat code, or ``fit``.
        epoch: number, from 1, of the epoch of the last fit that has it; None if it is not from a fit.
        epochs: number of epochs of that fit, or None.
        equal_to: number of the trial whose result it has, since that one read the same values; None for a
            trial that ran.
        losses: losses whose mean `loss` is: of its runs, or those that its one run returned under ``losses``;
            empty where there is one.
        sd: their standard deviation; None where there is one, or all of them are the same.
        not_reached: labels of values that a failed or pruned trial had not come to.
    """

    number: int
    state: TrialState
    params: dict[str, Any]
    not_read: tuple[str, ...]
    loss: float | None
    metrics: dict[str, float]
    curve: tuple[dict[str, float], ...]
    started_at: str
    duration_s: float | None
    worker: int
    error: str | None
    failure: str | None
    traceback: str
    frozen: tuple[str, ...]
    objective: str
    direction: str | None
    value: float | None
    source: str | None
    epoch: int | None
    epochs: int | None
    equal_to: int | None
    losses: tuple[float, ...] = ()
    sd: float | None = None
    not_reached: tuple[str, ...] = ()

    def __repr__(self) -> str:
        said = self.error or "no number" if self.value is None else f"{self.objective} {self.value:g}"
        return f"<trial {self.number}: {self.state.value.lower()}, {said}, {self.params}>"


@dataclass(frozen=True, slots=True)
class ConfirmedTrial:
    """Trial that has run again, with other seeds and in processes of their own.

    Attributes:
        trial: the trial.
        losses: losses of its runs again; lower is better.
        mean: their mean; None if each run has failed.
        sd: their standard deviation; None with fewer than two, and if all of them are the same.
        failed: number of its runs that failed.
    """

    trial: TunedTrial
    losses: tuple[float, ...]
    mean: float | None
    sd: float | None
    failed: int


def tuned(study: Study, trial: Trial) -> TunedTrial:
    """Return a trial of a study as the user's code sees it."""
    return TunedTrial(
        trial.number,
        trial.state,
        study.values(trial.params),
        trial.not_read,
        trial.loss,
        trial.metrics,
        trial.curve,
        trial.started_at,
        trial.duration_s,
        trial.worker,
        trial.error,
        trial.failure,
        trial.traceback,
        trial.frozen,
        **described(study, trial),
        equal_to=trial.equal_to,
        losses=trial.losses,
        sd=trial.deviation,
        not_reached=trial.not_reached,
    )
