"""Trials that are still to run: first those that an interrupted study left running, then new points."""

from __future__ import annotations

from collections import deque

from hypertemplate.runtime.protocol import Failed
from hypertemplate.search.fixed_params import FixedSpace
from hypertemplate.search.running_trial import RunningTrial, begin, ended
from hypertemplate.search.samplers.base import Sampler
from hypertemplate.search.storage.base import Storage
from hypertemplate.search.study import Trial

DEATHS = 2
"""Number of the driver's deaths during a trial after which that trial is not tried again."""


class Proposals:
    """Trials that are still to run.

    Args:
        sampler: source of new points.
        frozen: parameters with one value.
        storage: storage that has the study, already created.
        max_evals: total number of trials.

    Attributes:
        total: total number of trials, including those that have ended.
        given_up: trials that killed the driver too often; they have failed.
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
        study = storage.study
        numbers = (trial.number for trial in (*study.trials, *study.left_out, *left))
        self._number = max(numbers, default=-1) + 1
        self._begun = study.evaluations + len(left)
        self.total = self._begun + max(0, self._max_evals - self._begun)

    @property
    def left(self) -> bool:
        """True if another trial is left."""
        return bool(self._pending) or self._begun < self._max_evals

    def next(self, worker: int, now_s: float) -> RunningTrial:
        """Return the next trial, which a worker starts now; it is stored when this returns."""
        if self._pending:
            again = self._pending.popleft()
            running = begin(again.number, again.params, worker, now_s, again.frozen, again.generation)
        else:
            number, self._number = self._number, self._number + 1
            self._begun += 1
            params = self._frozen.complete(self._sampler.ask(number))
            frozen = tuple(label for label in params if label in self._frozen.values)
            generation = self._storage.study.generation
            running = begin(number, params, worker, now_s, frozen, generation)
            self._storage.propose(running.trial, self._sampler.state())
        self._storage.handed(running.number)
        return running


def _killed(trial: Trial, deaths: int) -> Trial:
    return ended(trial, Failed("died", f"the search was killed {deaths} times while this trial ran"))
