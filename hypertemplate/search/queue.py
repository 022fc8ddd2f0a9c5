"""Trials that are still to run: first those that an interrupted study left running, then new points."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.runtime.protocol import Failed
from hypertemplate.search.equal_trials.answers import EqualTrials, answered
from hypertemplate.search.fixed_params import FixedSpace
from hypertemplate.search.running_trial import RunningTrial, begin, begin_again, ended
from hypertemplate.search.samplers.base import Sampler
from hypertemplate.search.storage.base import Storage
from hypertemplate.search.study import Trial, TrialState

DEATHS = 2
"""Number of the driver's deaths during a trial after which that trial is not tried again."""


class Proposals:
    """Trials that are still to run.

    Args:
        sampler: source of new points.
        frozen: parameters with one value.
        storage: storage that has the study, already created.
        max_evals: total number of trials that run.
        equal: trials that answer equal ones, which then do not run; None if all run.
        answer: is given each trial that is answered; it stores the trial.

    Attributes:
        total: total number of trials that run, including those that have ended.
        given_up: trials that killed the driver too often; they have failed.
    """

    def __init__(
        self,
        sampler: Sampler,
        frozen: FixedSpace,
        storage: Storage,
        max_evals: int,
        equal: EqualTrials | None = None,
        answer: Callable[[Trial], None] = lambda _: None,
    ) -> None:
        self._sampler = sampler
        self._frozen = frozen
        self._storage = storage
        self._equal = equal
        self._answer = answer
        left = storage.running
        deaths = {trial.number: storage.deaths(trial.number) for trial in left}
        self._pending = deque(trial for trial in left if deaths[trial.number] < DEATHS)
        self.given_up = tuple(_killed(t, deaths[t.number]) for t in left if deaths[t.number] >= DEATHS)
        study = storage.study
        numbers = [trial.number for trial in (*study.trials, *study.left_out, *left)]
        self._number = max(numbers, default=-1) + 1
        self._max_evals = max_evals
        self._begun = study.evaluations + len(left)
        size = sampler.size
        self._unasked = None if size is None else size - len(study.trials) - len(left)
        self.total = self._begun + max(0, self._new)

    @property
    def left(self) -> bool:
        """True if another trial is left."""
        return bool(self._pending) or (self._new > 0 and not self.is_exhausted)

    @property
    def _new(self) -> int:
        """Number of new trials that may run."""
        new = self._max_evals - self._begun
        return new if self._unasked is None else min(new, self._unasked)

    @property
    def is_exhausted(self) -> bool:
        """True if there is no point left that no trial has tried, although more trials may run."""
        if self._equal is None or self._new <= 0 or self._sampler.has_pending:
            return False
        return self._equal.is_exhausted

    def next(self, worker: int, now_s: float) -> RunningTrial | None:
        """Return the next trial, which a worker starts now, or None; it is stored when this returns."""
        while self.left:
            running = self._again(worker, now_s) if self._pending else self._proposed(worker, now_s)
            original = None if self._equal is None else self._equal.begin(running.trial)
            if original is None:
                self._storage.handed(running.number)
                return running
            self._begun -= 1
            if original.state is not TrialState.RUNNING:
                self._answer(answered(running.trial, original))
        return None

    def put_back(self, trial: Trial) -> None:
        """Have a trial that its worker has lost between two runs continue before all others."""
        self._pending.appendleft(trial)

    def end(self, trial: Trial) -> None:
        """Answer the trials that waited for one that has ended."""
        for waiting in () if self._equal is None else self._equal.end(trial):
            self._answer(waiting)

    def _again(self, worker: int, now_s: float) -> RunningTrial:
        return begin_again(self._pending.popleft(), worker, now_s)

    def _proposed(self, worker: int, now_s: float) -> RunningTrial:
        """Return a trial at a new point, which is stored."""
        number, self._number = self._number, self._number + 1
        params = self._point(number)
        frozen = tuple(label for label in params if label in self._frozen.values)
        study = self._storage.study
        running = begin(number, params, worker, now_s, frozen, study.generation, study.repeats)
        self._storage.propose(running.trial, self._sampler.state())
        self._begun += 1
        return running

    def _point(self, number: int) -> Params:
        """Return the sampler's next point, or one that no trial has tried where it repeats itself."""
        stuck = None if self._sampler.has_pending else self._equal
        point = None if stuck is None else stuck.next_point
        if point is None:
            self._unasked = None if self._unasked is None else self._unasked - 1
            return self._frozen.complete(self._sampler.ask(number))
        free = [dimension.label for dimension in self._frozen.free]
        self._sampler.give(number, {label: point[label] for label in free if label in point})
        return point


def _killed(trial: Trial, deaths: int) -> Trial:
    return ended(trial, Failed("died", f"the search was killed {deaths} times while this trial ran"))
