"""One trial that runs once more: what is said of it, and its events under the number that people know."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.study import Curve, Study, Trial
from hypertemplate.views.objective_text import objective_name, result
from hypertemplate.views.study_text import framework_text, value_lines

RAN_AS = 0
"""Number under which a trial runs once more: it is the only one of its study."""


@dataclass(frozen=True, slots=True)
class OnceMore:
    """One trial that runs once more, in a study of its own.

    Attributes:
        number: its number in the study that found it.
        found: the user's number that was found there, or None.
        changed: what is changed, such as ``for 50 epochs``; may be empty.
    """

    number: int
    found: float | None
    changed: str = ""

    def known(self, study: Study) -> Study:
        """Return the study of the run with the number by which people know the trial."""
        return known_as(study, self.number)

    def opening(self, study: Study, *, over: bool = False) -> str:
        """Say what runs: ``running trial 3 of model.py once more, for 50 epochs, seed 1337``."""
        what = f"{'ran' if over else 'running'} trial {self.number} of {study.template} once more"
        versions = framework_text(study.versions)
        said = ", ".join(filter(None, (what, self.changed, f"seed {study.seed}")))
        return said + (f" ({versions})" if versions else "")

    def ending(self, study: Study) -> str:
        """Compare what came with what was found: ``trial 3 again: loss 0.21 (found: 0.2)``."""
        (trial,) = study.trials
        found = "" if self.found is None else f" (found: {self.found:.6g})"
        return f"trial {self.number} again: {objective_name(study)} {result(study, trial, '.6g')}{found}"

    def failure(self, study: Study) -> str:
        """Say why there is no result."""
        reasons = [trial.error for trial in study.trials if trial.error]
        if not reasons:
            return "no trial has run"
        return f"trial {self.number} failed when it ran once more: {reasons[0]}"

    def lines(self, study: Study) -> list[str]:
        """List the result of the run, its values and its metrics."""
        (trial,) = study.trials
        return value_lines(study, trial, f"trial {self.number} again: ", alone=True)


class KnownNumber:
    """`SearchObserver` that passes on the events of a study of one trial under another number.

    Args:
        observer: observer that is told.
        number: number by which people know the trial.
    """

    def __init__(self, observer: SearchObserver, number: int) -> None:
        self._observer = observer
        self._number = number

    def loading(self) -> None:
        """Pass it on."""
        self._observer.loading()

    def calling(self, function: str) -> None:
        """Pass it on."""
        self._observer.calling(function)

    def ready(self, study: Study, trials: int) -> None:
        """Pass it on."""
        self._observer.ready(known_as(study, self._number), trials)

    def trial_started(self, trial: Trial) -> None:
        """Pass it on, with the number."""
        self._observer.trial_started(replace(trial, number=self._number))

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Pass it on, with the number."""
        self._observer.epoch_ended(self._number, curve)

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Pass it on, with the number."""
        self._observer.trial_finished(
            replace(trial, number=self._number), known_as(study, self._number), output
        )

    def note(self, text: str, *, matters: bool = False) -> None:
        """Pass it on."""
        self._observer.note(text, matters=matters)

    def edited(self, lines: tuple[str, ...]) -> None:
        """Pass it on."""
        self._observer.edited(lines)

    def stopped(self, failed: int) -> None:
        """Say nothing: there is no other trial."""


def known_as(study: Study, number: int) -> Study:
    """Return a study of one trial with another number for it."""
    return replace(
        study,
        trials=tuple(replace(one, number=number) for one in study.trials),
        confirmations=tuple(replace(one, trial=number) for one in study.confirmations),
    )
