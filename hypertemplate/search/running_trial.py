"""Trial while it runs, after its outcome, and beside the others."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from types import MappingProxyType

from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.origin import UNKNOWN, Origin
from hypertemplate.runtime.objective import with_direction
from hypertemplate.runtime.protocol import Complete, Epoch, Failed, FitStarted, Outcome, Pruned, Run, Stop
from hypertemplate.runtime.seeds import trial_seed
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState

ALIKE = 4
"""Number of trials that have to have one number before the user is told."""


@dataclass(slots=True)
class RunningTrial:
    """Facts about a trial while a worker runs it.

    Attributes:
        trial: trial as it was at its start.
        start_s: time of its start, in seconds of the search's clock.
        curves: curves of its fits so far, by their numbers.
        stop: answer that stopped it, or None.
        needed: steps of reports that stay in long curves, by the numbers of the fits.
    """

    trial: Trial
    start_s: float
    curves: dict[int, Curve] = field(default_factory=dict)
    stop: Stop | None = None
    needed: dict[int, set[int]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Number of the trial."""
        return self.trial.number

    @property
    def run(self) -> int:
        """Number, from 0, of the run that is due or going on, of a trial with several."""
        return len(self.trial.runs)

    def begin_run(self, trial: Trial, now_s: float) -> None:
        """Begin the next run of the trial, which has some behind it."""
        self.trial, self.start_s = trial, now_s
        self.curves, self.stop, self.needed = {}, None, {}

    def message(self, study: Study, folder: str) -> Run:
        """Build the request to a worker for this run, whose files lie in `folder`; empty for none."""
        seed = trial_seed(study.seed, self.number, self.run)
        return Run(self.number, dict(self.trial.params), seed, study.best_loss, folder)

    def fit_started(self, message: FitStarted) -> None:
        """Start the curve of a fit."""
        self.curves[message.fit] = Curve(message.fit, message.epochs, unit=message.unit)

    def epoch_ended(self, message: Epoch, now_s: float) -> Curve:
        """Add a report to the curve of its fit, and return the curve."""
        before = self.curves.get(message.fit, Curve(message.fit))
        step = before.count if message.step is None else message.step
        seconds = now_s - self.start_s - message.ago_s
        report = Report(step, message.epoch, message.metrics, seconds, so_far=message.so_far)
        if message.needed:
            self.needed.setdefault(message.fit, set()).add(step)
        curve = before.with_report(report).thinned(self.needed.get(message.fit, ()))
        self.curves[message.fit] = curve
        return curve

    def stopped(self, fit: int, stop: Stop) -> None:
        """Note at the last report of a fit that the trial is stopped there."""
        curve = self.curves[fit]
        last = dataclasses.replace(curve.reports[-1], stop=stop.reason)
        self.curves[fit] = dataclasses.replace(curve, reports=(*curve.reports[:-1], last))
        self.stop = self.stop or stop

    def after_stop(self, outcome: Outcome) -> str:
        """Return a note on a failure after the stop, which changes nothing; empty without one."""
        if self.stop is None or self.stop.failed or not isinstance(outcome, Failed):
            return ""
        return f"trial {self.number} was pruned, and failed after that: {outcome.message}"

    def ended_at(
        self,
        now_s: float,
        outcome: Outcome,
        metrics: Mapping[str, float] = MappingProxyType({}),
        unused: tuple[str, ...] = (),
        origin: Origin = UNKNOWN,
        folds: tuple[float, ...] = (),
    ) -> Trial:
        """Return the trial as this run ends it: its curves, its duration, its outcome, and its stop if any.

        Of later runs no curves are kept: the pruner compares first runs with first runs.
        """
        ran = dataclasses.replace(
            self.trial,
            curves=self.trial.curves if self.run else tuple(self.curves.values()),
            duration_s=now_s - self.start_s,
            origin=origin,
            folds=folds,
        )
        return ended(ran, _under(self.stop, outcome), metrics=metrics, unused=unused)


def _under(stop: Stop | None, outcome: Outcome) -> Outcome:
    """Return the outcome of a trial that may have been stopped: nothing after the stop undoes it."""
    if stop is None:
        return outcome
    if stop.failed:
        return Failed("not finite", stop.reason)
    return Pruned(None if isinstance(outcome, Failed) else outcome.loss, stop.reason)


def begin(
    number: int,
    params: Params,
    worker: int,
    now_s: float,
    frozen: tuple[str, ...] = (),
    generation: int = 0,
    repeats: int = 1,
) -> RunningTrial:
    """Start a trial of a generation of the code now; `frozen` are the labels whose values the user set."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    trial = Trial(
        number,
        TrialState.RUNNING,
        params,
        started_at=now,
        worker=worker,
        frozen=frozen,
        generation=generation,
        repeats=repeats,
    )
    return RunningTrial(trial, now_s)


def begin_again(trial: Trial, worker: int, now_s: float) -> RunningTrial:
    """Start a trial that was interrupted: anew, or after the runs that it has behind it."""
    again = begin(trial.number, trial.params, worker, now_s, trial.frozen, trial.generation, trial.repeats)
    if trial.runs:
        started = trial.started_at or again.trial.started_at
        again.trial = dataclasses.replace(
            again.trial, runs=trial.runs, curves=trial.curves, started_at=started
        )
    return again


def judge(outcome: Outcome) -> tuple[TrialState, float | None, Failed | None]:
    """Return the state and the loss that an outcome gives a trial, and the failure if it failed."""
    match outcome:
        case Complete(loss) if math.isfinite(loss):
            return TrialState.COMPLETE, loss, None
        case Complete(loss):
            outcome = Failed("not finite", f"the loss is {loss}")
        case Pruned(loss=loss):
            return TrialState.PRUNED, loss if loss is not None and math.isfinite(loss) else None, None
    return TrialState.FAILED, None, outcome


def decided(trial: Trial, *, maximize: bool) -> Trial:
    """Return a trial that was judged before it was known whether more of its number is better."""
    if trial.loss is None:
        return trial
    loss, metrics, origin = with_direction(
        trial.loss, trial.metrics, trial.origin, trial.curve, trial.numbers, maximize=maximize
    )
    return dataclasses.replace(trial, loss=loss, metrics=metrics, origin=origin)


def of_one_output(trial: Trial, trials: Sequence[Trial]) -> Trial:
    """Return a trial; it has failed if its number is of another output than theirs."""
    origin = trial.origin
    complete = [other for other in trials if other.state is TrialState.COMPLETE]
    for other in complete if origin.output is not None else ():
        if other.origin.name == origin.name and other.origin.output not in (None, origin.output):
            reason = (
                f"{origin.name} is a metric of output {origin.output} of this network, but of output "
                f"{other.origin.output} in trial {other.number}: Keras numbers the layers of a class, "
                "so their names depend on how many there are; name the output layers, "
                "as in Dense(1, name='price')"
            )
            return ended(trial, Failed("no objective", reason), metrics=trial.metrics, unused=trial.unused)
    return trial


def alike(study: Study, *, over: bool = False) -> str:
    """Return a note if all trials of a study have one number in spite of different values, else nothing.

    It is due once there are enough of them, as two or three may have one accuracy by chance, and again, with
    their number, when the search is over.

    Args:
        study: study with the trials that have ended.
        over: whether the search is over.
    """
    complete = [one for one in study.without_equal.trials if one.state is TrialState.COMPLETE]
    values = {tuple((label, trial.params[label]) for label in trial.read) for trial in complete}
    losses = {trial.loss for trial in complete}
    is_due = len(complete) > ALIKE if over else len(complete) == ALIKE
    if not is_due or len(values) < ALIKE - 1 or len(losses) > 1:
        return ""
    (loss,) = losses
    number = f"the same {study.objective or 'loss'} ({study.score(loss or 0.0):.6g})"
    if over:
        return f"all {len(complete)} complete trials have {number}: no value is better than another"
    return (
        f"the first {ALIKE} complete trials read different values and have {number}: this may be chance if "
        "the number is coarse, such as an accuracy on few samples; otherwise it does not depend on the "
        "marked values: check whether it is computed above the marked code, read from a file that no trial "
        "writes, or computed by a different model"
    )


def ended(
    trial: Trial,
    outcome: Outcome,
    *,
    metrics: Mapping[str, float] = MappingProxyType({}),
    unused: tuple[str, ...] = (),
) -> Trial:
    """Return the trial with its outcome."""
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
