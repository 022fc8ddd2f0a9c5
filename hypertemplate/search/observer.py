"""Who hears of a search while it runs, such as what prints it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from hypertemplate.search.study import Study, Trial


class SearchObserver(Protocol):
    """Hears of a search while it runs."""

    def loading(self) -> None:
        """Workers have been started and load the program, which may take seconds."""

    def ready(self, study: Study, trials: int) -> None:
        """The space is known and the storage holds the study; called once.

        Args:
            study: with the trials that it has had already.
            trials: how many it will have in all, unless it ends early; not always as many as were asked for.
        """

    def trial_started(self, trial: Trial) -> None:
        """A worker was told to run this trial."""

    def epoch_ended(self, number: int, epoch: int, epochs: int | None) -> None:
        """An epoch (from 0) of trial `number` ended; `epochs` is how many its fit has, None if unknown."""

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """A trial is stored; `output` is the last 20 lines that a failed one printed.

        It is empty for a trial that did not fail or was interrupted.
        """

    def note(self, text: str) -> None:
        """Something that the user should know; each text is told once."""

    def stopped(self, failed: int) -> None:
        """The search ends early: so many trials in a row failed, and the rest would too."""


class SilentObserver:
    """A `SearchObserver` that does nothing with what it hears."""

    def loading(self) -> None:
        """Nothing."""

    def ready(self, study: Study, trials: int) -> None:
        """Nothing."""

    def trial_started(self, trial: Trial) -> None:
        """Nothing."""

    def epoch_ended(self, number: int, epoch: int, epochs: int | None) -> None:
        """Nothing."""

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def stopped(self, failed: int) -> None:
        """Nothing."""


class Notes:
    """Passes notes on to an observer, each once: what differs from trial to trial does not count.

    Args:
        observer: hears of them.
    """

    def __init__(self, observer: SearchObserver) -> None:
        self._observer = observer
        self._told: set[str] = set()

    def tell(self, texts: Iterable[str]) -> None:
        """Pass on what has not been said yet."""
        for text in texts:
            if (gist := _gist(text)) not in self._told:
                self._told.add(gist)
                self._observer.note(text)


def _gist(note: str) -> str:
    """A note less what differs from trial to trial where the reason does not; it is told once."""
    return re.sub(r"\btrial \d+| at 0x[0-9a-fA-F]+", "", note)
