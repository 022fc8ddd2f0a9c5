"""Runs of the best trials of a study again: which are due, and what becomes of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.runtime.protocol import Run
from hypertemplate.runtime.seeds import trial_seed
from hypertemplate.search.samplers.base import DefaultSampler
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Confirmation, Study, Trial, TrialRun

AGAIN = "again"
"""Word by which the seeds of runs again differ from those of the search."""

TELLING = 2
"""Number of runs of each trial that have to be identical before no further ones are started."""

IDENTICAL = "the code seeds itself, or draws no random numbers"
"""Reason why several runs of a trial give the same numbers."""


@dataclass(frozen=True, slots=True)
class RunsAgain:
    """Runs that are due: first one of each trial, then another one of each, and so on.

    Attributes:
        study: study whose trials run again, with what was confirmed before.
        trials: trials that run, the best first.
        repeats: number of runs that each of them is to have.
    """

    study: Study
    trials: tuple[Trial, ...]
    repeats: int

    def shown(self, number: int) -> tuple[int, int]:
        """Return the number of the trial that a due run is of, and the number of the run, from 0."""
        trial, run = self.due[number]
        return trial.number, run

    @property
    def due(self) -> tuple[tuple[Trial, int], ...]:
        """Trial and number of each run that is left to do, in order."""
        had = {(one.trial, one.run.number) for one in self._confirmations}
        places = ((trial, run) for run in range(self.repeats) for trial in self.trials)
        return tuple((trial, run) for trial, run in places if (trial.number, run) not in had)

    def request(self, message: Run) -> Run:
        """Return the request for a run, with the number of its trial and a seed that no other run has."""
        trial, run = self.due[message.number]
        seed = trial_seed(self.study.seed, trial.number, run, AGAIN)
        return replace(message, number=trial.number, seed=seed, best_loss=self.study.best_loss)

    def enough(self, ran: Study) -> str | None:
        """Say why no further run is started: each trial gives the same numbers each time; else None.

        Args:
            ran: study of the runs so far, in the order of `due`.
        """
        study = self.with_runs(ran.trials)
        numbers = {trial.number for trial in self.trials}
        confirmed = [one for one in study.confirmed if one.trial.number in numbers]
        if len(confirmed) < len(self.trials) or any(len(one.runs) < TELLING for one in confirmed):
            return None
        if not all(one.is_identical for one in confirmed):
            return None
        return f"{TELLING} runs of each trial have given the same numbers: {IDENTICAL}"

    def confirmation(self, ran: Trial) -> Confirmation:
        """Return what a run came to."""
        trial, run = self.due[ran.number]
        ended = TrialRun(
            run,
            ran.loss,
            ran.metrics,
            ran.folds,
            ran.unused,
            ran.origin,
            ran.duration_s,
            ran.error,
            ran.failure,
        )
        return Confirmation(trial.number, self.study.generation, ended)

    def with_runs(self, ran: tuple[Trial, ...]) -> Study:
        """Return the study with the runs so far."""
        return replace(self.study, confirmations=(*self.study.confirmations, *map(self.confirmation, ran)))

    @property
    def _confirmations(self) -> tuple[Confirmation, ...]:
        return tuple(one for one in self.study.confirmations if one.generation == self.study.generation)


def best_trials(study: Study, top: int) -> tuple[Trial, ...]:
    """Return the trials with the lowest losses, the best first: of those at one point, the best one.

    Args:
        study: study with the trials that have ended.
        top: most trials.
    """
    ranked = sorted(filter(study.counts, study.without_equal.trials), key=lambda t: (t.loss, t.number))
    points: dict[str, Trial] = {}
    for trial in ranked:
        points.setdefault(repr([(label, trial.params[label]) for label in trial.read]), trial)
    return tuple(points.values())[:top]


class DuePoints(DefaultSampler):
    """Sampler that proposes the points of the runs that are due, in their order.

    Args:
        space: dimensions, an inner one after its choice.
        again: the runs.
    """

    def __init__(self, space: tuple[Dimension, ...], again: RunsAgain) -> None:
        super().__init__(space)
        self._due = again.due

    def ask(self, number: int) -> Params:
        """Propose the point of a run."""
        return dict(self._due[number][0].params)


class RunsAgainStorage(MemoryStorage):
    """Storage in memory of runs again, each of which is a trial here; the study keeps them as they end.

    Args:
        again: the runs.
        keep: stores a run with the study.
    """

    def __init__(self, again: RunsAgain, keep: Callable[[Confirmation], None]) -> None:
        super().__init__()
        self._again = again
        self._keep = keep
        # Files that have changed since the search are noted as in a study that is resumed.
        self.renew(Kept(replace(again.study, trials=(), left_out=(), confirmations=(), repeats=1)))

    def add(self, trial: Trial, model: str | None = None) -> None:
        """Store a run that has ended."""
        self._keep(self._again.confirmation(trial))
        super().add(trial, model)
