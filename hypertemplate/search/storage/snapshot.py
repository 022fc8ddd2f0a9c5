"""Record of a study, as frozen data: each step of a search returns the next record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.search.generations.generation import Generation
from hypertemplate.search.running_trial import decided
from hypertemplate.search.study import Confirmation, Curve, Study, Trial, TrialState


@dataclass(frozen=True, slots=True)
class Kept:
    """Study with everything that resuming it needs.

    Attributes:
        study: study with the trials that have ended, in the order of their numbers.
        running: trials that were proposed and have not ended, in the same order.
        sampler_state: sampler's random state at the last proposal, as JSON text; empty before any.
        deaths: number of times, by trial number, that the driver died while a worker had the trial; none:
            never.
        models: relative paths of the kept models, by trial number.
        generations: code that the trials ran, in order; the last one is the present code.
        options: options of the search, as JSON values by name.
        damage: defect of the file that this was read from; empty if it is complete.
    """

    study: Study
    running: tuple[Trial, ...] = ()
    sampler_state: str = ""
    deaths: Mapping[int, int] = field(default_factory=dict)
    models: Mapping[int, str] = field(default_factory=dict)
    generations: tuple[Generation, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    damage: str = ""

    @property
    def program(self) -> str:
        """Text of the present ``program.py``; empty if none is stored."""
        return self.generations[-1].program if self.generations else ""

    def study_of(self, trial: Trial) -> Study:
        """Return the study with the space that the values of a trial are of: of one left out, its own."""
        return replace(self.study, space=self.space_of(trial.generation)) if trial.left_out else self.study

    def space_of(self, generation: int) -> tuple[Dimension, ...]:
        """Return the space of a generation."""
        spaces = (code.space for code in self.generations if code.number == generation)
        return next(spaces, self.study.space)

    @property
    def arguments(self) -> tuple[str, ...]:
        """Arguments of the template itself, as in ``sys.argv``."""
        given = self.options.get("arguments")
        return tuple(map(str, given)) if isinstance(given, list) else ()

    def model_of(self, trial: Trial) -> str | None:
        """Return the relative path of the model of a trial, or of the trial that it equals; None for none."""
        return self.models.get(trial.number if trial.equal_to is None else trial.equal_to)

    def continued(self, study: Study) -> Kept:
        """Return the trials of this record under the settings of another study."""
        before = self.study
        study = replace(
            study,
            trials=before.trials,
            left_out=before.left_out,
            generation=before.generation,
            confirmations=before.confirmations,
        )
        return replace(self, study=study)

    def proposed(self, trial: Trial, sampler_state: str) -> Kept:
        """Return the record with one more running trial; ValueError if its number is taken."""
        self._refuse_taken(trial.number)
        if any(other.number == trial.number for other in self.running):
            raise ValueError(f"trial {trial.number} is proposed already")
        return replace(self, running=_in_order((*self.running, trial)), sampler_state=sampler_state)

    def reported(self, number: int, curve: Curve) -> Kept:
        """Return the record with the curve of a fit of a running trial; ValueError if it is not running."""
        self.require_running(number)
        return replace(
            self, running=tuple(t.with_curve(curve) if t.number == number else t for t in self.running)
        )

    def ran(self, trial: Trial) -> Kept:
        """Return the record after a run of a running trial; it has not died in this run."""
        self.require_running(trial.number)
        return replace(
            self,
            running=tuple(trial if other.number == trial.number else other for other in self.running),
            deaths={other: count for other, count in self.deaths.items() if other != trial.number},
        )

    def added(self, trial: Trial, model: str | None = None) -> Kept:
        """Return the record with an ended trial; ValueError if one with its number has ended before."""
        self._refuse_taken(trial.number)
        running = tuple(other for other in self.running if other.number != trial.number)
        models = self.models if model is None else {**self.models, trial.number: model}
        study = replace(self.study, trials=_in_order((*self.study.trials, trial)))
        return replace(self, study=study, running=running, models=models)

    def confirmed(self, confirmation: Confirmation) -> Kept:
        """Return the record with one more run of a trial again."""
        confirmations = (*self.study.confirmations, confirmation)
        return replace(self, study=replace(self.study, confirmations=_by_run(confirmations)))

    def decided(self, maximize: bool) -> Kept:
        """Return the record once it is known whether more of the user's number is better."""
        trials, left_out = (
            tuple(decided(trial, maximize=maximize) for trial in one)
            for one in (self.study.trials, self.study.left_out)
        )
        study = replace(self.study, maximize=maximize, trials=trials, left_out=left_out)
        return replace(self, study=study)

    def reopened(self, number: int) -> Kept:
        """Return the record with a failed trial running again, as if it never ran; ValueError for others."""
        for trial in self.study.trials:
            if trial.number == number and trial.state is TrialState.FAILED:
                again = Trial(
                    number,
                    TrialState.RUNNING,
                    trial.params,
                    frozen=trial.frozen,
                    generation=self.study.generation,
                    repeats=trial.repeats,
                )
                trials = tuple(other for other in self.study.trials if other is not trial)
                return replace(
                    self,
                    study=replace(self.study, trials=trials),
                    running=_in_order((*self.running, again)),
                    deaths={other: count for other, count in self.deaths.items() if other != number},
                )
        raise ValueError(f"trial {number} has not failed")

    def without_model(self, number: int) -> Kept:
        """Return the record without the model of a trial; ValueError if it has none."""
        if number not in self.models:
            raise ValueError(f"trial {number} has no model")
        return replace(self, models={other: path for other, path in self.models.items() if other != number})

    def require_running(self, number: int) -> None:
        """Raise ValueError if a trial is not running."""
        if all(trial.number != number for trial in self.running):
            raise ValueError(f"trial {number} is not running")

    def _refuse_taken(self, number: int) -> None:
        if any(trial.number == number for trial in (*self.study.trials, *self.study.left_out)):
            raise ValueError(f"trial {number} is kept already")


def _by_run(confirmations: tuple[Confirmation, ...]) -> tuple[Confirmation, ...]:
    return tuple(sorted(confirmations, key=lambda one: (one.generation, one.trial, one.run.number)))


def _in_order(trials: tuple[Trial, ...]) -> tuple[Trial, ...]:
    return tuple(sorted(trials, key=lambda trial: trial.number))
