"""Equal trials: one at a point that another one has tried is answered with its result, and does not run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.errors import Spelling
from hypertemplate.search.equal_trials.tried_points import TriedPoints
from hypertemplate.search.equal_trials.untried_points import UntriedPoints
from hypertemplate.search.fixed_params import FixedSpace
from hypertemplate.search.study import Study, Trial, TrialState, evaluations
from hypertemplate.units import counted, listed

IN_A_ROW = 50
"""Number of equal trials in a row after which points come from the space itself, and not from the sampler."""


class EqualTrials:
    """Trials of the present code, and what they answer.

    A complete trial answers each point at which the same values would be read, if it has had as many runs as
    a new one would have. One that failed answers its own point alone, since why it failed may have nothing to
    do with the values that it had read by then. One that was pruned answers none, since it may get further
    now. While a trial runs, equal ones wait for its
    end, whatever that is.

    Args:
        space: space, with the dimensions that have one value.
        study: study with the trials that have ended.
        running: trials that have not ended.
    """

    def __init__(self, space: FixedSpace, study: Study, running: Iterable[Trial] = ()) -> None:
        self._ended = TriedPoints()
        self._tried = TriedPoints()
        self._untried = UntriedPoints(space, self._tried)
        self._trials: dict[int, Trial] = {}
        self._running: dict[str, Trial] = {}
        self._waiting: dict[int, list[Trial]] = {}
        self._in_a_row = 0
        self._is_stuck = False
        self._repeats = study.repeats
        for trial in study.trials:
            if trial.generation == study.generation:
                self._add(trial)
                self._count(is_equal=trial.equal_to is not None)
        for trial in running:
            self._tried.add(trial.number, trial.params, trial.params)

    def begin(self, trial: Trial) -> Trial | None:
        """Return the trial that answers one that is to start; None if there is none, so that it runs.

        One that runs itself answers it when it ends. A trial that another worker continues equals no other.
        """
        number, point = self._ended.number(trial.params), repr(dict(trial.params))
        original = self._running.get(point) if number is None else self._trials[number]
        if original is not None and original.number == trial.number:
            return None
        self._count(is_equal=original is not None)
        if original is None:
            self._running[point] = trial
            self._tried.add(trial.number, trial.params, trial.params)
        elif number is None:
            self._waiting.setdefault(original.number, []).append(trial)
        return original

    def end(self, trial: Trial) -> tuple[Trial, ...]:
        """Take note of a trial that ran and has ended; return those that waited for it, answered."""
        self._running.pop(repr(dict(trial.params)), None)
        self._add(trial)
        return tuple(answered(waiting, trial) for waiting in self._waiting.pop(trial.number, ()))

    @property
    def next_point(self) -> Params | None:
        """Point to try in place of one of the sampler's; None while the sampler is asked."""
        return self._untried.first if self._is_stuck else None

    @property
    def is_exhausted(self) -> bool:
        """True once no trial could be another than those so far."""
        if self._untried.first is not None:
            return False
        return self._is_stuck or not self._untried.endless

    def exhausted_text(self, spell: Spelling) -> str:
        """Say that the search has tried everything; `spell` spells a parameter."""
        again = f"{spell('rerun_equal')} runs points again"
        ran = counted(evaluations(self._trials.values()), "trial")
        if self._untried.endless:
            return f"no further point was found after {ran}; {again}"
        text = f"every point of the search space has been tried, in {ran}"
        complete = [trial for trial in self._trials.values() if trial.state is TrialState.COMPLETE]
        read = {label for trial in complete for label in trial.read}
        unread = dict.fromkeys(label for trial in complete for label in trial.params if label not in read)
        if unread:
            text += f" (none has read {listed([*unread])})"
        return f"{text}; {again}"

    def _add(self, trial: Trial) -> None:
        if trial.equal_to is not None:
            return
        self._trials[trial.number] = trial
        if trial.state is TrialState.COMPLETE and trial.repeats != self._repeats:
            return  # its point is tried again, with as many runs as others have
        labels = trial.read if trial.state is TrialState.COMPLETE else tuple(trial.params)
        self._tried.add(trial.number, trial.params, labels)
        if trial.state is not TrialState.PRUNED:
            self._ended.add(trial.number, trial.params, labels)

    def _count(self, *, is_equal: bool) -> None:
        self._in_a_row = self._in_a_row + 1 if is_equal else 0
        self._is_stuck = self._is_stuck or self._in_a_row >= IN_A_ROW


def answered(trial: Trial, original: Trial) -> Trial:
    """Return a trial that did not run, with the end of the trial that it equals."""
    return replace(
        trial,
        state=original.state,
        loss=original.loss,
        metrics=original.metrics,
        error=original.error,
        failure=original.failure,
        unused=tuple(label for label in trial.params if label not in original.read),
        origin=original.origin,
        estimate=original.estimate,
        repeats=original.repeats,
        runs=original.runs,
        folds=original.folds,
        equal_to=original.number,
    )
