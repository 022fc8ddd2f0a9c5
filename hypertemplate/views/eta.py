"""Running trials of a search, and an estimate of its remaining time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.units import counted, rough_duration

WORTH_SAYING_S = 60.0
"""Shortest remaining time, in seconds, that is worth an estimate."""


@dataclass(frozen=True, slots=True)
class Running:
    """Running trial at one moment.

    Attributes:
        number: its number.
        start_s: time of its start, on the clock of its search.
        curve: curve of the fit that reported last; None before the first report.
        run: number of its run, from 0.
        repeats: number of its runs.
        shown: number that people know it by, where that is another one.
    """

    number: int
    start_s: float
    curve: Curve | None = None
    run: int = 0
    repeats: int = 1
    shown: int | None = None

    @property
    def known_as(self) -> int:
        """Number that people know it by."""
        return self.number if self.shown is None else self.shown

    @property
    def run_text(self) -> str:
        """Place of its run among several, such as ``run 2 of 3``; empty where it has one."""
        if self.repeats == 1:
            return ""
        return f"run {self.run + 1:>{len(str(self.repeats))}} of {self.repeats}"

    @property
    def epoch(self) -> int:
        """Number of the last epoch, round or step that ended, as people count; 0 before the first."""
        return 0 if self.curve is None else self.curve.numbers[-1]

    @property
    def epochs(self) -> int | None:
        """Most epochs of the fit, in the same unit; None if unknown."""
        return None if self.curve is None else self.curve.epochs

    def left_s(self) -> float | None:
        """Return the seconds that its fit and its other runs will take if epochs take as long as before.

        The first one, in which frameworks compile, says nothing.
        """
        if self.curve is None or self.curve.epochs is None:
            return None
        first, *_, last = self.curve.reports[0], *self.curve.reports
        ran = last.epoch - first.epoch
        if not ran or first.seconds is None or last.seconds is None:
            return None
        further = (self.repeats - self.run - 1) * self.curve.epochs if self.shown is None else 0
        return (last.seconds - first.seconds) / ran * (max(0, self.curve.epochs - self.epoch) + further)


class Pace:
    """Clock of a search that receives a `SearchObserver`'s events and estimates the remaining time.

    Args:
        workers: returns the number of workers; called for each estimate, because the number may grow.
        clock: monotonic clock, in seconds.
    """

    def __init__(
        self, workers: Callable[[], int] = lambda: 1, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._workers = workers
        self._clock = clock
        self._created_s = self._began_s = self._idle_since_s = clock()
        self._total = self._before = self._ended = 0
        self._seconds = 0.0
        self._timed = 0
        self._running: dict[int, Running] = {}
        self._said = False

    @property
    def total(self) -> int:
        """Number of trials in all."""
        return self._total

    @property
    def idle_s(self) -> float:
        """Seconds since a trial ran; 0 while one runs."""
        return 0.0 if self._running else self._clock() - self._idle_since_s

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start of this run, loading included."""
        return self._clock() - self._created_s

    def running(self) -> list[tuple[Running, float]]:
        """Return the running trials, by number, each with the seconds that it has taken so far."""
        now_s = self._clock()
        return [(trial, now_s - trial.start_s) for _, trial in sorted(self._running.copy().items())]

    def ready(self, study: Study, trials: int) -> None:
        """Start the clock when trials begin or resume; `trials` is the number in all."""
        self._began_s = self._clock()
        self._total = trials
        self._before = self._ended = study.evaluations
        for trial in study.trials:
            self._count(trial)

    def started(self, trial: Trial) -> bool:
        """Record the start of a trial, or of another of its runs; return True for the first that is seen."""
        before = self._running.get(trial.number)
        start_s = self._clock() if before is None else before.start_s
        self._running[trial.number] = Running(
            trial.number, start_s, run=len(trial.runs), repeats=trial.repeats
        )
        return before is None

    def started_again(self, number: int, shown: int, run: int, repeats: int) -> None:
        """Record the start of a run of a trial again.

        Args:
            number: number of the run among all.
            shown: number of the trial.
            run: number of its run, from 0.
            repeats: number of its runs.
        """
        self._running[number] = Running(number, self._clock(), run=run, repeats=repeats, shown=shown)

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Record the curve of a running trial's fit, an epoch of which has ended."""
        if number in self._running:
            self._running[number] = replace(self._running[number], curve=curve)

    def finished(self, trial: Trial) -> str | None:
        """Record the end of a trial; return an estimate after this run's first, if it is worth saying."""
        self._ended += trial.equal_to is None
        ran = self._running.pop(trial.number, None) is not None
        self._idle_since_s = self._clock()
        self._count(trial)
        left_s = self.left_s()
        if self._said or not ran or trial.state is not TrialState.COMPLETE:
            return None
        self._said = True
        if left_s is None or trial.duration_s is None or left_s < WORTH_SAYING_S:
            return None
        if self._before:
            left = counted(self._total - self._before, "trial")
            what = f"{rough_duration(left_s)} for the remaining {left}"
        else:
            what = f"{rough_duration(self._clock() - self._began_s + left_s)} for all {self._total} trials"
        return f"trial {trial.number} took {rough_duration(trial.duration_s)}; about {what}"

    def left_s(self) -> float | None:
        """Return the estimated seconds until the last trial ends; None while nothing tells.

        Running trials take as long as those that have ended, or at least as long as their epochs tell.
        """
        now_s = self._clock()
        running = list(self._running.copy().values())
        by_epochs = [trial.left_s() for trial in running]
        known = [
            now_s - trial.start_s + left
            for trial, left in zip(running, by_epochs, strict=True)
            if left is not None
        ]
        if not self._timed and not known:
            return None
        mean_s = self._seconds / self._timed if self._timed else sum(known) / len(known)
        left_s = [
            max(0.0, mean_s - (now_s - trial.start_s), left or 0.0)
            for trial, left in zip(running, by_epochs, strict=True)
        ]
        waiting = max(0, self._total - self._ended - len(running))
        return max([(waiting * mean_s + sum(left_s)) / self._workers(), *left_s])

    def _count(self, trial: Trial) -> None:
        if trial.duration_s is not None:  # an abandoned trial has none
            self._seconds += trial.duration_s
            self._timed += 1
