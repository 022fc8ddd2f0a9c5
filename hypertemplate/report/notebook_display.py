"""Display of a running search in a notebook, updated in place."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Protocol

from hypertemplate.frontend.ipython import show_html
from hypertemplate.report.eta import Pace
from hypertemplate.report.html import Progress, progress_html, progress_text
from hypertemplate.report.summary import stopped_text
from hypertemplate.search.study import Study, Trial, TrialState

TRIALS_S = 0.2
"""Least seconds between two updates caused by trials."""

EPOCHS_S = 0.5
"""Least seconds between two updates caused by epochs, which never delay a trial's update."""


class Display(Protocol):
    """Output below a cell that can be updated."""

    def update(self, html: str, text: str) -> None:
        """Replace the output."""


class NotebookPrinter:
    """A `SearchObserver` with one display, above the output of the trials.

    As a context manager it leaves the last state on display, even after an error.

    Args:
        study: the planned study.
        show: creates the display.
        workers: returns the number of workers, for the estimate of the time left.
        clock: monotonic clock, in seconds.
    """

    def __init__(
        self,
        study: Study,
        *,
        show: Callable[[str, str], Display] = show_html,
        workers: Callable[[], int] = lambda: 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._begun = clock()
        self._pace = Pace(workers, clock)
        self._drawn_at: dict[float, float] = {}
        self._progress = Progress(study, "starting")
        self._html = progress_html(self._progress)
        self._display = show(self._html, progress_text(self._progress))

    def __enter__(self) -> NotebookPrinter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        shown = self._progress
        ended = shown.stopped
        if kind is not None and not ended:
            ended = "interrupted" if issubclass(kind, KeyboardInterrupt) else "ended by an error"
        self._progress = replace(shown, doing="", stopped=ended)
        self._draw()

    def loading(self) -> None:
        """Show that the template loads: importing a framework takes seconds."""
        self._do("loading")
        self._draw()

    def ready(self, study: Study, trials: int) -> None:
        """Show the study's space; start the estimate of the time left."""
        self._pace.ready(study, trials)
        self._progress = replace(self._progress, study=study, doing="")
        self._draw()

    def trial_started(self, trial: Trial) -> None:
        """Show the running trial."""
        self._pace.started(trial)
        self._do(f"trial {trial.number} is running")
        self._draw(TRIALS_S)

    def epoch_ended(self, number: int, epoch: int, epochs: int | None) -> None:
        """Show the running trial's epoch."""
        of = f" of {epochs}" if epochs else ""
        self._do(f"trial {number}, epoch {epoch + 1}{of}")
        self._draw(EPOCHS_S)

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Show a trial's loss and, for the first that failed, the reason."""
        self._pace.finished(trial)  # the display itself shows how long it will yet take
        self._progress = replace(self._progress, study=study)
        if trial.state is TrialState.FAILED and self._progress.failure is None:
            self._progress = replace(self._progress, failure=trial, output=output)
        over = len(study.trials) >= study.max_evals
        if over:
            self._do("")
        self._draw(0 if over else TRIALS_S)

    def note(self, text: str) -> None:
        """Add a note of one line."""
        self._progress = replace(self._progress, notes=(*self._progress.notes, text))
        self._draw(TRIALS_S)

    def stopped(self, failed: int) -> None:
        """Show why the search stopped."""
        self._progress = replace(self._progress, doing="", stopped=stopped_text(failed))
        self._draw()

    def _do(self, doing: str) -> None:
        self._progress = replace(self._progress, doing=doing)

    def _draw(self, interval_s: float = 0) -> None:
        """Update the display, unless the last such update was less than `interval_s` seconds ago."""
        now = self._clock()
        if interval_s:
            if now - self._drawn_at.get(interval_s, -math.inf) < interval_s:
                return
            self._drawn_at[interval_s] = now
        left_s = self._pace.left_s() if self._progress.doing else None
        self._progress = replace(self._progress, elapsed_s=now - self._begun, left_s=left_s)
        html = progress_html(self._progress)
        if html != self._html:
            self._html = html
            self._display.update(html, progress_text(self._progress))
