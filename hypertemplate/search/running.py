"""A trial while it runs."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime, timezone

from hypertemplate.compiler.space import Params
from hypertemplate.search.study import Trial, TrialState


@dataclass(slots=True)
class RunningTrial:
    """What is known of a trial while a worker runs it.

    Attributes:
        trial: as it was when it began.
        start_s: when that was, in seconds of the search's clock.
        curve: the metrics of each epoch of the fit that began last.
        epochs: how many epochs that fit will run at most, None if unknown.
        steps: how many epochs of all fits have ended.
    """

    trial: Trial
    start_s: float
    curve: list[dict[str, float]] = field(default_factory=list)
    epochs: int | None = None
    steps: int = 0

    @property
    def number(self) -> int:
        """The trial's."""
        return self.trial.number

    def fit_started(self, epochs: int | None) -> None:
        """The curve is of the last fit."""
        self.curve, self.epochs = [], epochs

    def epoch_ended(self, metrics: dict[str, float]) -> int:
        """Keep an epoch's metrics; its number from 0 over all fits."""
        self.curve.append(metrics)
        self.steps += 1
        return self.steps - 1

    def trial_at(self, now_s: float) -> Trial:
        """The trial with its curve and the time that it took."""
        return dataclasses.replace(self.trial, curve=tuple(self.curve), duration_s=now_s - self.start_s)


def begin(number: int, params: Params, worker: int, now_s: float) -> RunningTrial:
    """A trial that starts now."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    return RunningTrial(Trial(number, TrialState.RUNNING, params, started_at=now, worker=worker), now_s)
