"""Display of runs of trials again on stderr: a line for each and, on a terminal, a status drawn in place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from hypertemplate.search.runs.runs_again import RunsAgain
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.units import counted
from hypertemplate.views.displays.status_lines import StatusLines
from hypertemplate.views.displays.terminal_display import SearchPrinter
from hypertemplate.views.study_text import framework_text
from hypertemplate.views.trial_columns import result_text
from hypertemplate.views.trial_line import seconds_text

if TYPE_CHECKING:
    from rich.console import Console


class RunsAgainPrinter(SearchPrinter):
    """`SearchObserver` of runs again, each of which is a trial of the loop.

    Args:
        console: console to print to.
        template: the template's name, as the user wrote it.
        runs: the runs.
        live: whether lines may be redrawn; else only whole lines are printed.
        workers: returns the number of workers, for the estimate of the time left.
        clock: monotonic clock, in seconds.
    """

    def __init__(
        self,
        console: Console,
        template: str,
        runs: RunsAgain,
        *,
        live: bool,
        workers: Callable[[], int] = lambda: 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(console, template, live=live, preload=lambda: None, workers=workers, clock=clock)
        self._runs = runs
        self._status = StatusLines(self._pace, ascii_only=console.options.ascii_only, what="runs")

    def ready(self, study: Study, trials: int) -> None:
        """Say what runs."""
        self.study = study
        self._pace.ready(study, trials)
        self._status.ended(study)
        self._doing = "starting a run"
        runs, count = self._runs, len(self._runs.trials)
        versions = framework_text(study.versions)
        which = "the best trial" if count == 1 else f"the {count} best trials"
        what = f"running {which} of {study.template} again, {counted(runs.repeats, 'time')} each"
        self._print(f"{what}, with other seeds{f' ({versions})' if versions else ''}", "bold")

    def trial_started(self, trial: Trial) -> None:
        """Show the run among those that are redrawn."""
        number, run = self._runs.shown(trial.number)
        self._pace.started_again(trial.number, number, run, self._runs.repeats)

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Print a line for a run, and the reason if it failed."""
        self.study = study
        self._status.ended(study)
        self._pace.finished(trial)
        number, run = self._runs.shown(trial.number)
        digits = len(str(max(one.number for one in self._runs.trials)))
        of = f"run {run + 1:>{len(str(self._runs.repeats))}} of {self._runs.repeats}"
        text = f"trial {number:>{digits}}  {of}  {result_text(study, trial):>10}  {seconds_text(trial):>7}"
        failed = trial.state is TrialState.FAILED
        self._print(text, "red" if failed else "", wrap=False)
        if failed:
            self._failure(replace(trial, number=number), output)
        if self._live is not None:
            self._live.refresh()

    def stopped(self, failed: int) -> None:
        """Print why no further run starts."""
        self._print(f"stopped: {counted(failed, 'run')} in a row failed", "red")
