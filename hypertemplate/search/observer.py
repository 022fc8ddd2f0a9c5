"""Observers of a running search, such as the one that prints it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from hypertemplate.errors import Spelling, as_option, respelled
from hypertemplate.search.study import Curve, Study, Trial


class SearchObserver(Protocol):
    """Observer of a running search."""

    def loading(self) -> None:
        """Note that the workers have started and load the program, which may take seconds."""

    def calling(self, function: str) -> None:
        """Note that a worker that loads calls the data function, which may take minutes."""

    def ready(self, study: Study, trials: int) -> None:
        """Note that the space is known and the storage has the study; called once.

        Args:
            study: study with the trials that have already ended.
            trials: total number of trials, unless the search ends early; not always the requested number.
        """

    def trial_started(self, trial: Trial) -> None:
        """Note that a worker was told to run this trial, or another of its runs; it has those that ended."""

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Note that an epoch of a running trial's fit ended: the last report of its curve."""

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Note that a trial is stored; `output` has the last 20 lines that it printed.

        `output` is empty for a trial that ran in this process, or was given up.
        """

    def note(self, text: str, *, matters: bool = False) -> None:
        """Show a note to the user; each text is passed once.

        Args:
            text: the note.
            matters: whether it is also for a user who wants to see little, as why the search ends.
        """

    def edited(self, lines: tuple[str, ...]) -> None:
        """Show what became of the trials of a study whose template has changed."""

    def stopped(self, failed: int) -> None:
        """Note that the search ends early: this many trials in a row failed, and the rest would too."""


class SilentObserver:
    """`SearchObserver` that does nothing."""

    def loading(self) -> None:
        """Do nothing."""

    def calling(self, function: str) -> None:
        """Do nothing."""

    def ready(self, study: Study, trials: int) -> None:
        """Do nothing."""

    def trial_started(self, trial: Trial) -> None:
        """Do nothing."""

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Do nothing."""

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Do nothing."""

    def note(self, text: str, *, matters: bool = False) -> None:
        """Do nothing."""

    def edited(self, lines: tuple[str, ...]) -> None:
        """Do nothing."""

    def stopped(self, failed: int) -> None:
        """Do nothing."""


class Observers:
    """`SearchObserver` that tells several ones, in order."""

    def __init__(self, observers: Iterable[SearchObserver]) -> None:
        self._observers = tuple(observers)

    def loading(self) -> None:
        """Tell all."""
        for one in self._observers:
            one.loading()

    def calling(self, function: str) -> None:
        """Tell all."""
        for one in self._observers:
            one.calling(function)

    def ready(self, study: Study, trials: int) -> None:
        """Tell all."""
        for one in self._observers:
            one.ready(study, trials)

    def trial_started(self, trial: Trial) -> None:
        """Tell all."""
        for one in self._observers:
            one.trial_started(trial)

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Tell all."""
        for one in self._observers:
            one.epoch_ended(number, curve)

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Tell all."""
        for one in self._observers:
            one.trial_finished(trial, study, output)

    def note(self, text: str, *, matters: bool = False) -> None:
        """Tell all."""
        for one in self._observers:
            one.note(text, matters=matters)

    def edited(self, lines: tuple[str, ...]) -> None:
        """Tell all."""
        for one in self._observers:
            one.edited(lines)

    def stopped(self, failed: int) -> None:
        """Tell all."""
        for one in self._observers:
            one.stopped(failed)


class Notes:
    """Filter that passes each note to an observer once; differences from trial to trial do not count.

    Args:
        observer: observer that is given the notes.
        spell: function that spells a parameter in them.
    """

    def __init__(self, observer: SearchObserver, spell: Spelling = as_option) -> None:
        self._observer = observer
        self._spell = spell
        self._told: set[str] = set()

    def tell(self, texts: Iterable[str], *, matters: bool = False) -> None:
        """Pass on each note that is new."""
        for text in texts:
            if (gist := _gist(text)) not in self._told:
                self._told.add(gist)
                self._observer.note(respelled(text, self._spell), matters=matters)


def _gist(note: str) -> str:
    """Strip a note of its differences from trial to trial; the rest is told once."""
    return re.sub(r"\btrial \d+| at 0x[0-9a-fA-F]+", "", note)
