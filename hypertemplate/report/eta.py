"""Estimate of a search's remaining time, from the trials so far and the number of workers."""

from __future__ import annotations

import time
from collections.abc import Callable

from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.units import counted, rough_duration

WORTH_SAYING_S = 60.0
"""Shortest remaining time, in seconds, that is worth an estimate."""


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
        self._began_s = clock()
        self._total = self._before = self._ended = 0
        self._seconds = 0.0
        self._timed = 0
        self._running: dict[int, float] = {}
        self._said = False

    def ready(self, study: Study, trials: int) -> None:
        """Start the clock when trials begin or resume; `trials` is the number in all."""
        self._began_s = self._clock()
        self._total = trials
        self._before = self._ended = len(study.trials)
        for trial in study.trials:
            self._count(trial)

    def started(self, trial: Trial) -> None:
        """Record the start of a trial."""
        self._running[trial.number] = self._clock()

    def finished(self, trial: Trial) -> str | None:
        """Record the end of a trial; return an estimate after this run's first, if it is worth saying."""
        self._ended += 1
        ran = self._running.pop(trial.number, None) is not None
        self._count(trial)
        left_s = self.left_s()
        if self._said or not ran or trial.state is not TrialState.COMPLETE:
            return None
        self._said = True
        if left_s is None or trial.duration_s is None or left_s < WORTH_SAYING_S:
            return None
        if self._before:
            left = counted(self._total - self._before, "trial")
            what = f"{rough_duration(left_s)} for the {left} that are left"
        else:
            what = f"{rough_duration(self._clock() - self._began_s + left_s)} for all {self._total} trials"
        return f"trial {trial.number} took {rough_duration(trial.duration_s)}; about {what}"

    def left_s(self) -> float | None:
        """Return the estimated seconds until the last trial ends; None before one has ended."""
        if not self._timed:
            return None
        mean_s = self._seconds / self._timed
        now_s = self._clock()
        running = [max(0.0, mean_s - (now_s - start_s)) for start_s in self._running.values()]
        waiting = max(0, self._total - self._ended - len(running))
        return max([(waiting * mean_s + sum(running)) / self._workers(), *running])

    def _count(self, trial: Trial) -> None:
        if trial.duration_s is not None:  # an abandoned trial has none
            self._seconds += trial.duration_s
            self._timed += 1
