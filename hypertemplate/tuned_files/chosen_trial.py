"""Trial whose values are written back, with the code that it ran."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.errors import UsageError
from hypertemplate.runtime.failures.plain_text import plain
from hypertemplate.search.generations.generation import Generation
from hypertemplate.search.service.data_record import Record, data_of
from hypertemplate.search.stop_rules import undirected
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Drawn, Study, Trial, TrialState


@dataclass(frozen=True, slots=True)
class ChosenTrial:
    """Trial with its values, and the code and space that they belong to.

    Attributes:
        study: study of the trial.
        trial: the trial.
        drawn: its values.
        space: their dimensions.
        code: code with these dimensions; None where an earlier version has not stored it.
        data: files that it has read, as `data_of` returns them.
        ran_as: number that it ran under, where people know it by another one; else None.
    """

    study: Study
    trial: Trial
    drawn: Drawn
    space: tuple[Dimension, ...]
    code: Generation | None
    data: Record = field(default_factory=dict)
    ran_as: int | None = None

    @property
    def seeded_as(self) -> int:
        """Number of the trial that ran, whose seed counts."""
        if self.ran_as is not None:
            return self.ran_as
        return self.trial.number if self.trial.equal_to is None else self.trial.equal_to

    @property
    def shown(self) -> str:
        """The trial and its number, for people: ``trial 31, loss 0.21``."""
        if self.trial.loss is None:
            return f"trial {self.trial.number}"
        name = plain(self.study.number_name(self.trial.origin))
        return f"trial {self.trial.number}, {name} {self.study.score(self.trial.loss):g}"


def chosen_trial(kept: Kept, number: int | None, shown: str) -> ChosenTrial:
    """Return the best trial of a study, by what came again if trials were confirmed; or one by its number.

    Args:
        kept: the study.
        number: number of the trial; None for the best one.
        shown: the study, as its user names it.

    Raises:
        UsageError: there is no such trial, or it has no result.
    """
    study = kept.study
    every = (*study.trials, *study.left_out)
    trial = study.winner if number is None else next((one for one in every if one.number == number), None)
    if trial is None:
        raise UsageError(f"{shown}: {_none(kept, number)}", "trial")
    if trial.state is TrialState.FAILED:
        first = (trial.error or "").partition("\n")[0]
        raise UsageError(f"{shown}: trial {number} failed: {plain(first)}", "trial")
    if trial.state is not TrialState.COMPLETE and not study.counts(trial):
        raise UsageError(
            f"{shown}: trial {number} was stopped early, so nothing is known of its result", "trial"
        )
    data = data_of(kept, trial.generation)
    if trial.left_out:
        codes = [code for code in kept.generations if code.number == trial.generation]
        space = kept.space_of(trial.generation)
        return ChosenTrial(study, trial, trial.drawn, space, next(iter(codes), None), data)
    return ChosenTrial(study, trial, trial.drawn, study.space, (kept.generations or (None,))[-1], data)


def _none(kept: Kept, number: int | None) -> str:
    """Say why there is no trial to choose."""
    if number is not None:
        running = any(one.number == number for one in kept.running)
        return f"trial {number} is still running" if running else f"there is no trial {number}"
    complete = [one for one in kept.study.trials if one.state is TrialState.COMPLETE]
    if kept.study.maximize is None and complete:
        return f"{undirected(complete[0])}; or name a trial: {{trial}} {complete[0].number}"
    if not kept.study.trials:
        return "no trial has ended yet, so there are no best values"
    return "no trial has succeeded yet, so there are no best values"
