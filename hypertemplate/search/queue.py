"""The trials that are still to run: first those that an interrupted study left running, then new points."""

from __future__ import annotations

from collections import deque

from hypertemplate.runtime.protocol import Failed
from hypertemplate.search.fixed_params import FixedSpace
from hypertemplate.search.running_trial import RunningTrial, begin, ended
from hypertemplate.search.samplers.base import Sampler
from hypertemplate.search.storage.base import Storage
from hypertemplate.search.study import Trial

DEATHS = 2
"""A trial that was running at so many deaths of the driver is not tried again."""


class Proposals:
    """The trials that are still to run.

    Args:
        sampler: proposes new points.
        frozen: the parameters that have one value.
        storage: has the study, begun.
        max_evals: how many trials there are in all.

    Attributes:
        total: how many trials there will be, those that have ended included.
        given_up: the trials that killed the driver too often; they have failed.
    """

    def __init__(self, sampler: Sampler, frozen: FixedSpace, storage: Storage, max_evals: int) -> None:
        self._sampler = sampler
        self._frozen = frozen
        self._storage = storage
        size = sampler.size
        self._max_evals = max_evals if size is None else min(max_evals, size)
        left = storage.running
        deaths = {trial.number: storage.deaths(trial.number) for trial in left}
        self._pending = deque(trial for trial in left if deaths[trial.number] < DEATHS)
        self.given_up = tuple(_killed(t, deaths[t.number]) for t in left if deaths[t.number] >= DEATHS)
        numbers = [trial.number for trial in (*storage.study.trials, *left)]
        self._number = max(numbers, default=-1) + 1
        self.total = len(numbers) + max(0, self._max_evals - self._number)

    @property
    def left(self) -> bool:
        """Whether there is another."""
        return bool(self._pending) or self._number < self._max_evals

    def next(self, worker: int, now_s: float) -> RunningTrial:
        """The next trial, which a worker begins now; the storage knows it when this returns."""
        if self._pending:
            again = self._pending.popleft()
            running = begin(again.number, again.params, worker, now_s, again.frozen)
        else:
            number, self._number = self._number, self._number + 1
            params = self._frozen.complete(self._sampler.ask(number))
            frozen = tuple(label for label in params if label in self._frozen.values)
            running = begin(number, params, worker, now_s, frozen)
            self._storage.propose(running.trial, self._sampler.state())
        self._storage.handed(running.number)
        return running


def _killed(trial: Trial, deaths: int) -> Trial:
    return ended(trial, Failed("died", f"the search was killed {deaths} times while this trial ran"))
