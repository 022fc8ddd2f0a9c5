"""Everything that is kept of a study, as frozen data: each step of a search gives the next such record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hypertemplate.search.study import Study, Trial, TrialState


@dataclass(frozen=True, slots=True)
class Kept:
    """A study and what it needs to go on.

    Attributes:
        study: with the trials that have ended, in the order of their numbers.
        running: the trials that were proposed and have not ended, in the same order.
        sampler_state: the sampler's random state at the last proposal, as JSON text; empty before any.
        deaths: trial number to how often the driver died while a worker had the trial; none: never.
        models: trial number to the relative path of its kept model.
        program: the text of ``program.py``.
        options: what the search was started with, as JSON values by name.
        damage: what is wrong with the file that this was read from; empty if it is whole.
    """

    study: Study
    running: tuple[Trial, ...] = ()
    sampler_state: str = ""
    deaths: Mapping[int, int] = field(default_factory=dict)
    models: Mapping[int, str] = field(default_factory=dict)
    program: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    damage: str = ""

    def continued(self, study: Study) -> Kept:
        """The trials of this one under the settings of another."""
        return replace(self, study=replace(study, trials=self.study.trials))

    def proposed(self, trial: Trial, sampler_state: str) -> Kept:
        """With one more running trial; ValueError if its number is taken."""
        self._refuse_taken(trial.number)
        if any(other.number == trial.number for other in self.running):
            raise ValueError(f"trial {trial.number} is proposed already")
        return replace(self, running=_in_order((*self.running, trial)), sampler_state=sampler_state)

    def added(self, trial: Trial, model: str | None = None) -> Kept:
        """With a trial that has ended; ValueError if one with its number had ended before."""
        self._refuse_taken(trial.number)
        running = tuple(other for other in self.running if other.number != trial.number)
        models = self.models if model is None else {**self.models, trial.number: model}
        study = replace(self.study, trials=_in_order((*self.study.trials, trial)))
        return replace(self, study=study, running=running, models=models)

    def reopened(self, number: int) -> Kept:
        """With a failed trial back among the running ones, as if it had never run; ValueError for others."""
        for trial in self.study.trials:
            if trial.number == number and trial.state is TrialState.FAILED:
                again = Trial(number, TrialState.RUNNING, trial.params, frozen=trial.frozen)
                trials = tuple(other for other in self.study.trials if other is not trial)
                return replace(
                    self,
                    study=replace(self.study, trials=trials),
                    running=_in_order((*self.running, again)),
                    deaths={other: count for other, count in self.deaths.items() if other != number},
                )
        raise ValueError(f"trial {number} has not failed")

    def without_model(self, number: int) -> Kept:
        """With the model of a trial gone; ValueError if it has none."""
        if number not in self.models:
            raise ValueError(f"trial {number} has no model")
        return replace(self, models={other: path for other, path in self.models.items() if other != number})

    def require_running(self, number: int) -> None:
        """Raise ValueError if a trial is not running."""
        if all(trial.number != number for trial in self.running):
            raise ValueError(f"trial {number} is not running")

    def _refuse_taken(self, number: int) -> None:
        if any(trial.number == number for trial in self.study.trials):
            raise ValueError(f"trial {number} is kept already")


def _in_order(trials: tuple[Trial, ...]) -> tuple[Trial, ...]:
    return tuple(sorted(trials, key=lambda trial: trial.number))
