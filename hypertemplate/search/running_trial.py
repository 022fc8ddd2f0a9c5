"""A trial while it runs, and what its outcome makes of it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from types import MappingProxyType

from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.runtime.protocol import Complete, Failed, Outcome, Pruned, Run
from hypertemplate.runtime.seeds import trial_seed
from hypertemplate.search.study import Study, Trial, TrialState


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

    def message(self, study: Study, folder: Path | None) -> Run:
        """What a worker is told to run this trial, in a folder of its own below `folder`."""
        place = "" if folder is None else str(folder / f"{self.number:04}")
        seed = trial_seed(study.seed, self.number)
        return Run(self.number, dict(self.trial.params), seed, study.best_loss, place)

    def fit_started(self, epochs: int | None) -> None:
        """The curve is of the last fit."""
        self.curve, self.epochs = [], epochs

    def epoch_ended(self, metrics: dict[str, float]) -> int:
        """Keep an epoch's metrics; its number from 0 over all fits."""
        self.curve.append(metrics)
        self.steps += 1
        return self.steps - 1

    def ended_at(
        self,
        now_s: float,
        outcome: Outcome,
        metrics: Mapping[str, float] = MappingProxyType({}),
        unused: tuple[str, ...] = (),
    ) -> Trial:
        """The trial with its curve, the time that it took and what came of it."""
        ran = dataclasses.replace(self.trial, curve=tuple(self.curve), duration_s=now_s - self.start_s)
        return ended(ran, outcome, metrics=metrics, unused=unused)


def begin(
    number: int, params: Params, worker: int, now_s: float, frozen: tuple[str, ...] = ()
) -> RunningTrial:
    """A trial that starts now; `frozen` are the labels whose values the user set."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    trial = Trial(number, TrialState.RUNNING, params, started_at=now, worker=worker, frozen=frozen)
    return RunningTrial(trial, now_s)


def judge(outcome: Outcome) -> tuple[TrialState, float | None, Failed | None]:
    """The state and the loss that an outcome gives a trial, and the failure if it failed."""
    match outcome:
        case Complete(loss) if math.isfinite(loss):
            return TrialState.COMPLETE, loss, None
        case Complete(loss):
            outcome = Failed("not finite", f"the loss is {loss}")
        case Pruned(loss=loss):
            return TrialState.PRUNED, loss if loss is not None and math.isfinite(loss) else None, None
    return TrialState.FAILED, None, outcome


def ended(
    trial: Trial,
    outcome: Outcome,
    *,
    metrics: Mapping[str, float] = MappingProxyType({}),
    unused: tuple[str, ...] = (),
) -> Trial:
    """A trial with what came of it."""
    state, loss, failed = judge(outcome)
    reason = (isinstance(outcome, Pruned) and outcome.reason) or None
    return dataclasses.replace(
        trial,
        state=state,
        loss=loss,
        metrics=dict(metrics),
        error=failed.message if failed else reason,
        failure=failed.kind if failed else None,
        traceback=failed.traceback if failed else "",
        unused=unused,
    )
