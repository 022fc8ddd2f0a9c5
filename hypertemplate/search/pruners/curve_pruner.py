"""Pruner that stops trials by the curves of all trials so far: what every such method shares."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from hypertemplate.runtime.protocol import Go, Stop
from hypertemplate.search.pruners.rungs import length, standing
from hypertemplate.search.pruners.watched_metric import Watched, Wish, watched_metric
from hypertemplate.search.samplers.enqueued import Point, point_params
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.units import counted

SHORTEST = 6
"""Fewest epochs of a fit that is worth stopping early."""

FEWEST_TRIALS = 15
"""Fewest trials of a search in which some are stopped early."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A trial that has just reported.

    Attributes:
        number: number of the trial.
        watched: metric that is watched.
        losses: its values so far, as losses; the last one is new.
        ties: losses that rank equal values.
        length: number of reports that a whole fit makes.
    """

    number: int
    watched: Watched
    losses: tuple[float, ...]
    ties: tuple[float, ...]
    length: int

    @property
    def step(self) -> int:
        """Number of reports so far."""
        return len(self.losses)


class CurvePruner(ABC):
    """`Pruner` that decides by what all trials have reported so far, and by nothing else.

    So a resumed search decides as one that was never interrupted.

    Args:
        wish: metric and fit that the user asked for.
        points: points that the user gave; their trials are never stopped.
        note: is given notes for the user.

    Attributes:
        complete: complete trials, in the order of their numbers.
        watched: metric that is watched, as far as they tell.
    """

    def __init__(self, wish: Wish, points: tuple[Point, ...], note: Callable[[str], None]) -> None:
        self._wish = wish
        self._points = points
        self._note = note
        self._said: set[str] = set()
        self._study = Study("", "", 0, ())
        self._ended: dict[int, Trial] = {}
        self._running: dict[int, Trial] = {}
        self._lengths: list[int] = []
        self.complete: tuple[Trial, ...] = ()
        self.watched: Watched | None = None

    @abstractmethod
    def verdict(self, arrival: Arrival) -> str | None:
        """Return why a trial is stopped, in a few words for people; None if it goes on."""

    def begin(self, study: Study, interrupted: Sequence[Trial]) -> None:
        """Take note of the trials of earlier runs."""
        self._study = replace(study, trials=())
        self._ended = {trial.number: trial for trial in study.trials}
        self._running = {trial.number: trial for trial in interrupted}
        self._look()

    def trial_started(self, trial: Trial) -> None:
        """Take note of a trial that starts.

        What it reported before it was interrupted counts until it has come as far again.
        """
        before = self._running.get(trial.number)
        self._running[trial.number] = replace(trial, curves=before.curves if before else ())

    def epoch_ended(self, number: int, curve: Curve) -> Go | Stop:
        """Stop a trial whose watched loss is not finite, or that the method gives up."""
        before = self._running[number]
        trial = self._running[number] = before.with_curve(curve)
        again = [c.reports[len(curve.reports) - 1 :] for c in before.curves if c.fit == curve.fit]
        decided = Stop(again[0][0].stop) if again and again[0] and again[0][0].stop else None
        watched = self.watched
        if watched is None or curve.fit != watched.fit or watched.name not in curve.reports[-1].metrics:
            return decided or Go()
        losses = watched.losses([curve])
        if not math.isfinite(losses[-1]):
            value = curve.reports[-1].metrics[watched.name]
            return Stop(f"{watched.name} is {value} after epoch {curve.reports[-1].epoch + 1}", failed=True)
        if decided is not None:
            return decided
        whole = length(curve.epochs, self._lengths)
        if whole is None or not self._worthwhile(whole) or self._is_given(trial):
            return Go()
        reason = self.verdict(Arrival(number, watched, losses, watched.ties([curve]), whole))
        return Go() if reason is None else Stop(reason)

    def estimate(self, trial: Trial) -> float | None:
        """Estimate a stopped trial's final loss: that of the complete trials which stood where it stood.

        A quantile map: what is worse than all gets the worst loss, and nothing gets less than the best.
        """
        watched = self.watched
        losses = () if watched is None else watched.losses(trial.curves)
        if watched is None or not losses or not self.complete:
            return trial.loss
        stood, ended = [], []
        for other in self.complete:
            theirs = watched.losses(other.curves)
            if theirs and other.loss is not None:
                stood.append(standing(theirs, (), len(losses))[0])
                ended.append(other.loss)
        return mapped(standing(losses, (), len(losses))[0], sorted(stood), sorted(ended))

    def trial_ended(self, trial: Trial) -> None:
        """Take note of the end of a trial."""
        self._running.pop(trial.number, None)
        self._ended[trial.number] = trial
        if trial.state is TrialState.COMPLETE:
            self._look()

    def _look(self) -> None:
        """Find what is watched, and how long a whole fit is, after each trial that is complete."""
        complete = sorted(
            (trial for trial in self._ended.values() if trial.state is TrialState.COMPLETE),
            key=lambda trial: trial.number,
        )
        self.complete = tuple(complete)
        found = watched_metric(replace(self._study, trials=self.complete), self._wish)
        if isinstance(found, str):
            self._idle(found)
        self.watched = found if isinstance(found, Watched) else None
        self._lengths = [len(self.watched.losses(t.curves)) for t in complete] if self.watched else []

    def others(self, number: int) -> Iterator[Trial]:
        """Yield all trials but one, those that run with their curves so far."""
        for other in (*self._ended.values(), *self._running.values()):
            if other.number != number:
                yield other

    def _is_given(self, trial: Trial) -> bool:
        """Tell whether the user gave a trial's point."""
        searched = trial.params.keys() - set(self._study.frozen)
        return any(
            all(values.get(label) == trial.params[label] for label in searched)
            for values in (point_params(point, self._study.space) for point in self._points)
        )

    def _worthwhile(self, whole: int) -> bool:
        if self._study.max_evals < FEWEST_TRIALS:
            trials = counted(self._study.max_evals, "trial")
            self._idle(f"in {trials} there are too few to compare")
            return False
        if whole < SHORTEST:
            self._idle(f"its fit has only {counted(whole, 'epoch')}")
            return False
        return True

    def _idle(self, reason: str) -> None:
        """Say once why no trial is stopped."""
        if reason not in self._said:
            self._said.add(reason)
            self._note(f"no trial is stopped early: {reason}")


def mapped(value: float, before: Sequence[float], after: Sequence[float]) -> float | None:
    """Map a value by quantiles from one sorted sample to another of the same size; None if they are empty."""
    above = bisect_left(before, value)
    if above == len(before):
        return after[-1] if after else None
    if above == 0 or before[above] == value:
        return after[above]
    low, high = before[above - 1], before[above]
    share = 0.5 if math.isinf(high - low) else (value - low) / (high - low)
    return after[above - 1] + share * (after[above] - after[above - 1])
