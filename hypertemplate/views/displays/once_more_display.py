"""Display of one trial that runs once more on stderr: its values, its progress, and why it failed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.views.displays.once_more import OnceMore
from hypertemplate.views.displays.terminal_display import SearchPrinter
from hypertemplate.views.text import hanging
from hypertemplate.views.trial_line import value_items

if TYPE_CHECKING:
    from rich.console import Console


class OnceMorePrinter(SearchPrinter):
    """`SearchObserver` of one trial that runs once more; what came of it is for the caller to say.

    Args:
        console: console to print to.
        template: the template's name, as the user wrote it.
        once: the trial.
        live: whether lines may be redrawn; else only whole lines are printed.
        clock: monotonic clock, in seconds.
    """

    def __init__(
        self,
        console: Console,
        template: str,
        once: OnceMore,
        *,
        live: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(console, template, live=live, preload=lambda: None, clock=clock)
        self._once = once

    def ready(self, study: Study, trials: int) -> None:
        """Say what runs."""
        self.study = study
        self._pace.ready(study, trials)
        self._status.ended(study)
        self._doing = "starting the trial"
        self._print(self._once.opening(study), "bold")

    def trial_started(self, trial: Trial) -> None:
        """Print its values."""
        super().trial_started(trial)
        if self.study is not None and (items := value_items(self.study, trial)):
            self._print("\n".join(hanging("  ", items, self._width())), wrap=False)

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Print the reason if it failed."""
        self.study = study
        self._status.ended(study)
        self._pace.finished(trial)
        if trial.state is TrialState.FAILED:
            self._print(f"trial {trial.number} failed", "red")
            self._failure(trial, output)
        if self._live is not None:
            self._live.refresh()
