"""How long a search will yet take, from the trials so far and how many run at once."""

from __future__ import annotations

import time
from collections.abc import Callable

from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.units import counted, rough_duration

WORTH_SAYING_S = 60.0
"""Seconds; of a search that takes less nobody wants an estimate."""


class Pace:
    """Hears what a `SearchObserver` hears, and reckons.

    Args:
        workers: how many workers there are; asked whenever it is needed, for it may grow.
        clock: seconds that only grow.
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
        """The trials begin, or go on; there will be so many in all."""
        self._began_s = self._clock()
        self._total = trials
        self._before = self._ended = len(study.trials)
        for trial in study.trials:
            self._count(trial)

    def started(self, trial: Trial) -> None:
        """A trial runs."""
        self._running[trial.number] = self._clock()

    def finished(self, trial: Trial) -> str | None:
        """A trial has ended; after the first of this run an estimate of the whole, if it is worth saying."""
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
        """Seconds until the last trial will have ended; None before one has."""
        if not self._timed:
            return None
        mean_s = self._seconds / self._timed
        now_s = self._clock()
        running = [max(0.0, mean_s - (now_s - start_s)) for start_s in self._running.values()]
        waiting = max(0, self._total - self._ended - len(running))
        return max([(waiting * mean_s + sum(running)) / self._workers(), *running])

    def _count(self, trial: Trial) -> None:
        if trial.duration_s is not None:  # one that was given up has none
            self._seconds += trial.duration_s
            self._timed += 1
