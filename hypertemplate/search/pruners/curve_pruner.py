"""Pruner that stops trials by the curves of all trials so far: what every such method shares."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hypertemplate.origin import Origin, Unit
from hypertemplate.runtime.protocol import Go, Stop
from hypertemplate.search.pruners.final_losses import concordance, mapped
from hypertemplate.search.pruners.loss_curve import LossCurve, Standing
from hypertemplate.search.pruners.rungs import length, rungs
from hypertemplate.search.pruners.watched_metric import DECIDING, Watched, Wish, watched_metric
from hypertemplate.search.samplers.enqueued import Point, point_params
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.units import counted, ordinal

SHORTEST = 6
"""Fewest epochs of a fit that is worth stopping early."""

FEWEST_TRIALS = 15
"""Fewest trials of a search in which some are stopped early."""

TELLING = 10
"""Number of complete trials that tell whether a rung ranks trials as they end."""

AGAINST = -1 / 3
"""Kendall's tau below which trials rank against how they end; by chance 10 do in one search of eleven."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A trial that has just reported.

    Attributes:
        number: number of the trial.
        name: name of the metric that is watched.
        curve: its losses so far; the last one is new.
        length: number of steps of a whole fit.
        unit: unit that they are counted in.
        at: number of the last report, as people count it; of steps, the user's own.
        ends: whether this fit ends here by itself, which may be shorter than a whole one.
    """

    number: int
    name: str
    curve: LossCurve
    length: int
    unit: Unit = "epoch"
    at: int = 0
    ends: bool = False

    @property
    def best_text(self) -> str:
        """The best that the trial has reached, and where: ``the best val_loss up to epoch 3 of 20, 0.5,``."""
        return f"the best {self.name} up to {self._place}, {abs(self.curve.standing[0]):.5g},"

    @property
    def last_text(self) -> str:
        """The last that the trial has reported: ``val_loss 0.5 at epoch 3 of 20``."""
        return f"{self.name} {abs(self.curve.losses[-1]):.5g} at {self._place}"

    @property
    def _place(self) -> str:
        if self.unit == "step":
            return f"step {self.at}"
        return f"{self.unit} {self.curve.step} of {self.length}"


def ranks_text(rank: int, count: int) -> str:
    """Say where a trial stands among those that have been there, and which of them continue."""
    return f"ranks {ordinal(rank)} of {counted(count, 'trial')}, and the best third continues"


@dataclass(frozen=True)
class Other:
    """A trial that another one is compared with.

    Attributes:
        trial: the trial.
        curve: its watched losses so far.
    """

    trial: Trial
    curve: LossCurve
    _arrived: dict[int, LossCurve | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def complete(self) -> bool:
        """True if the trial ran to its end."""
        return self.trial.state is TrialState.COMPLETE

    def arrived(self, step: int) -> LossCurve | None:
        """Return the curve up to a step; None if the trial was not there.

        A fit that ended by itself before the step counts there as a whole.
        """
        if step not in self._arrived:  # asked once for each trial that arrives later
            whole = self.curve if self.complete and self.curve.steps else None
            self._arrived[step] = self.curve.until(step) or whole
        return self._arrived[step]


class CurvePruner(ABC):
    """`Pruner` that decides by what all trials have reported so far, and by nothing else.

    So a resumed search decides as one that was never interrupted.

    Args:
        wish: metric and fit that the user asked for.
        points: points that the user gave; their trials are never stopped.
        note: is given notes for the user.

    Attributes:
        study: study, without its trials.
        complete: complete trials, in the order of their numbers.
        watched: metric that is watched, as far as they tell.
    """

    def __init__(self, wish: Wish, points: tuple[Point, ...], note: Callable[[str], None]) -> None:
        self._wish = wish
        self._points = points
        self._note = note
        self._said: set[str] = set()
        self.study = Study("", "", 0, ())
        self._ended: dict[int, Trial] = {}
        self._running: dict[int, Trial] = {}
        self._lengths: list[int] = []
        self._others: dict[int, Other] = {}
        self._running_others: dict[int, Other] = {}
        self._ended_at: dict[int, list[Standing]] = {}
        self._told_by: tuple[object, ...] = ()
        self._looked_at: set[int] = set()
        self._reported: set[tuple[int, Unit, str]] = set()
        self._check_at = TELLING
        self.complete: tuple[Other, ...] = ()
        self.watched: Watched | None = None

    @abstractmethod
    def verdict(self, arrival: Arrival) -> str | None:
        """Return why a trial is stopped, in a few words for people; None if it continues."""

    def begin(self, study: Study, interrupted: Sequence[Trial]) -> None:
        """Take note of the trials of earlier runs."""
        self.study = replace(study, trials=())
        self._ended = {trial.number: trial for trial in study.trials}
        self._running = {trial.number: trial for trial in interrupted}
        self._others = {trial.number: self._other(trial) for trial in study.trials}
        if study.max_evals < FEWEST_TRIALS:
            trials = counted(study.max_evals, "trial")
            self._idle(f"the search has {trials}, and pruning needs {FEWEST_TRIALS} or more")
        self._look()

    def trial_started(self, trial: Trial) -> None:
        """Take note of a trial that starts.

        What it reported before it was interrupted counts until it has come as far again.
        """
        before = self._running.get(trial.number)
        self._running[trial.number] = replace(trial, curves=before.curves if before else ())
        self._running_others.pop(trial.number, None)

    def epoch_ended(self, number: int, curve: Curve) -> Go | Stop:
        """Stop a trial whose watched loss is not finite, or that the method gives up.

        A trial that runs again is answered as before as far as it had come.
        """
        before = self._running[number]
        trial = self._running[number] = before.with_curve(curve)
        self._running_others.pop(number, None)
        report, watched = curve.reports[-1], self.watched
        answered = _answered(before, curve.fit, report.step)
        if watched is None or curve.fit != watched.fit or watched.name not in report.metrics:
            return answered or Go()
        value = report.metrics[watched.name]
        if not math.isfinite(value):
            return Stop(f"{watched.name} is {value} after {curve.unit} {curve.numbers[-1]}", failed=True)
        whole = length(curve.epochs, self._lengths)
        if answered is not None or whole is None or not self._worthwhile(whole, curve.unit):
            return answered or Go()
        if self._is_given(trial):
            return Go()
        came = watched.curve([curve])
        ends = came.step == curve.epochs
        arrival = Arrival(number, watched.name, came, whole, curve.unit, curve.numbers[-1], ends)
        reason = self.verdict(arrival)
        return Go() if reason is None else Stop(reason)

    def needed(self, number: int, curve: Curve) -> Go:
        """Name the rungs of a fit, and the report at which it was stopped before it was interrupted."""
        metric = self.watched.name if self.watched is not None and curve.fit == self.watched.fit else ""
        whole = length(curve.epochs, self._lengths)
        before = (one.reports for one in self._running[number].curves if one.fit == curve.fit)
        stops = [report.step + 1 for reports in before for report in reports if report.stop]
        return Go(metric, (*(self.rungs(number, whole) if whole is not None else ()), *stops))

    def rungs(self, number: int, whole: int) -> tuple[int, ...]:
        """Return the steps, from 1, at which a trial may be stopped; empty where any report may stop it.

        Args:
            number: number of the trial.
            whole: number of steps of a whole fit.
        """
        return ()

    def settled(self, trial: Trial) -> Trial:
        """Give a stopped trial its last watched value where it has no loss, and an estimate of its final one.

        The estimate is what the complete trials came to that were where it was, by a quantile map: what is
        worse than all gets the worst loss, and nothing gets less than the best.
        """
        watched = self.watched
        own = LossCurve() if watched is None else watched.curve(trial.curves)
        if watched is None or not own.steps:
            return replace(trial, estimate=trial.loss)
        if trial.loss is None and watched.judged:
            number, unit = watched.last_report(trial.curves)
            origin = Origin(watched.name, "fit", number, number, unit=unit)
            trial = replace(trial, loss=own.losses[-1], origin=origin)
        stood, ended = [], []
        for other in self.complete:
            theirs = other.arrived(own.step)
            if theirs is not None and other.trial.loss is not None:
                stood.append(theirs.standing[0])
                ended.append(other.trial.loss)
        told = mapped(own.standing[0], sorted(stood), sorted(ended))
        return replace(trial, estimate=trial.loss if told is None else told)

    def trial_ended(self, trial: Trial, study: Study) -> None:
        """Take note of the end of a trial."""
        self.study = replace(study, trials=())
        self._running.pop(trial.number, None)
        self._running_others.pop(trial.number, None)
        self._ended[trial.number] = trial
        self._take_in(self._other(trial))
        if trial.state is TrialState.COMPLETE:
            self._look()
            self._check_rungs()

    def _look(self) -> None:
        """Find what is watched, and how long a whole fit is, after each trial that is complete."""
        complete = [t for t in self._in_order(self._ended) if t.state is TrialState.COMPLETE]
        if self._tells_more(complete):
            found = watched_metric(replace(self.study, trials=tuple(complete)), self._wish)
            if isinstance(found, str):
                self._idle(found)
            watched = found if isinstance(found, Watched) else None
            if watched != self.watched:
                self.watched = watched
                self._running_others.clear()
                self._ended_at.clear()
                self._others = {number: self._other(trial) for number, trial in self._ended.items()}
        self.complete = tuple(self._others[trial.number] for trial in complete)
        self._lengths = [other.curve.step for other in self.complete if other.curve.steps]

    def _tells_more(self, complete: Sequence[Trial]) -> bool:
        """Tell whether what is watched may have changed: by the first trials, or by a metric that is new."""
        for trial in complete:
            if trial.number not in self._looked_at:
                self._looked_at.add(trial.number)
                self._reported |= {
                    (curve.fit, curve.unit, name)
                    for curve in trial.curves
                    for report in curve.reports
                    for name in report.metrics
                }
        first = [trial.number for trial in complete[:DECIDING]]
        before = self._told_by
        self._told_by = (*first, len(self._reported), self.study.objective, self.study.maximize)
        return self._told_by != before

    def _check_rungs(self) -> None:
        """Note a rung at which the complete trials ranked in reverse of how they ended.

        Of many trials, a few more change little: it is looked at again when there are a fiftieth more.
        """
        whole = length(None, self._lengths)
        if whole is None or len(self.complete) < self._check_at:
            return
        self._check_at = len(self.complete) + 1 + len(self.complete) // 50
        own = {rung for other in self.complete for rung in self.rungs(other.trial.number, whole)}
        for rung in sorted(own) or rungs(whole, 1):
            pairs = [
                (came.standing[0], other.trial.loss)
                for other in self.complete
                if (came := other.arrived(rung)) is not None and other.trial.loss is not None
            ]
            if len(pairs) >= TELLING and concordance(*zip(*pairs, strict=True)) < AGAINST:
                self._say(
                    f"after {rung} of {counted(whole, self._unit)}, trials rank in the reverse order of "
                    f"their results, as {len(pairs)} complete ones show: good ones may be stopped; to stop "
                    "none: --prune none",
                    f"against {rung}",
                )

    @property
    def _unit(self) -> Unit:
        """Unit that the watched reports of the complete trials are counted in."""
        curves = (curve for other in self.complete for curve in other.trial.curves)
        return "epoch" if self.watched is None else self.watched.last_report(curves)[1]

    def others(self, number: int) -> Iterator[Other]:
        """Yield all trials but one, those that run with their curves so far."""
        yield from self._others.values()
        yield from self.running_others(number)

    def running_others(self, number: int) -> Iterator[Other]:
        """Yield all running trials but one, with their curves so far."""
        for trial in self._in_order(self._running):
            if trial.number != number:
                if trial.number not in self._running_others:
                    self._running_others[trial.number] = self._other(trial)
                yield self._running_others[trial.number]

    def ended_at(self, step: int) -> Sequence[Standing]:
        """Return what the trials that have ended had reached at a step, the best first."""
        if step not in self._ended_at:
            came = (other.arrived(step) for other in self._others.values())
            self._ended_at[step] = sorted(curve.standing for curve in came if curve is not None)
        return self._ended_at[step]

    def _take_in(self, other: Other) -> None:
        """Have an ended trial counted where it had arrived."""
        self._others[other.trial.number] = other
        for step, standings in self._ended_at.items():
            if (curve := other.arrived(step)) is not None:
                insort(standings, curve.standing)

    def _other(self, trial: Trial) -> Other:
        return Other(trial, LossCurve() if self.watched is None else self.watched.curve(trial.curves))

    @staticmethod
    def _in_order(trials: Mapping[int, Trial]) -> list[Trial]:
        return sorted(trials.values(), key=lambda trial: trial.number)

    def _is_given(self, trial: Trial) -> bool:
        """Tell whether the user gave a trial's point."""
        searched = trial.params.keys() - set(self.study.frozen)
        return any(
            all(values.get(label) == trial.params[label] for label in searched)
            for values in (point_params(point, self.study.space) for point in self._points)
        )

    def _worthwhile(self, whole: int, unit: Unit) -> bool:
        if self.study.max_evals < FEWEST_TRIALS:
            return False
        if whole < SHORTEST:
            self._idle(f"fits end after {counted(whole, unit)}, and pruning needs {SHORTEST} or more")
            return False
        return True

    def _idle(self, reason: str) -> None:
        """Say why no trial is stopped: one reason is enough."""
        self._say(f"no trial is pruned: {reason}", "idle")

    def _say(self, text: str, gist: str) -> None:
        if gist not in self._said:
            self._said.add(gist)
            self._note(text)


def _answered(trial: Trial, fit: int, step: int) -> Go | Stop | None:
    """Return the answer that a report was given before its trial was interrupted; None if there is none.

    The trial went on at a report which was left out since.
    """
    for curve in trial.curves:
        if curve.fit == fit and step < curve.count:
            stops = [report.stop for report in curve.reports if report.step == step and report.stop]
            return Stop(stops[0]) if stops else Go()
    return None
