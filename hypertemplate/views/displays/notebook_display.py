"""Display of a running search in a notebook, which a thread of its own keeps up to date."""

from __future__ import annotations

import contextvars
import math
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Protocol

from hypertemplate.frontend.ipython import show_html
from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.views.curves.shown_metric import preferred_metrics
from hypertemplate.views.displays.once_more import OnceMore
from hypertemplate.views.displays.progress_html import (
    Progress,
    output_html,
    output_text,
    progress_html,
    progress_text,
)
from hypertemplate.views.displays.trial_streams import TrialStreams
from hypertemplate.views.early_stops import early_stops
from hypertemplate.views.eta import Pace
from hypertemplate.views.study_text import opening_line, stopped_text
from hypertemplate.views.text import plain_block, plain_lines

TICK_S = 0.5
"""Seconds between two updates."""

LAST_S = 2.0
"""Most seconds that the end of a search waits for an update that is on its way."""

MOST_OUTPUTS = 200
"""Most trials whose output has a place of its own; further ones take the last place."""


class Display(Protocol):
    """Output below a cell that can be updated."""

    def update(self, html: str, text: str) -> None:
        """Replace the output."""


class NotebookPrinter:
    """A `SearchObserver` with a display that is updated in place, and below it the output of each trial.

    As a context manager it leaves the last state on display, even after an error. Events only change the
    state; a thread shows it, so that it is never shown more often than people can read, nor while a trial is
    kept from running. The thread ends with the context.

    Args:
        study: the planned study.
        show: creates a display.
        model: name of the model function, or an empty string.
        headline: headline of the plan, which is shown among the notes.
        imports: names of the frameworks that the template imports.
        in_process: whether trials run, and print, in this process.
        workers: returns the number of workers, for the estimate of the time left.
        metric: metric of a fit that the user has named, to be shown of running trials; or None.
        clock: monotonic clock, in seconds.
        now: returns the time, in seconds of the epoch.
        view: renders the results that are shown in the end; by default the best and the last trials are.
        once: trial that runs once more, where nothing is searched; None for a search.
    """

    def __init__(
        self,
        study: Study,
        *,
        show: Callable[[str, str], Display] = show_html,
        model: str = "",
        headline: str = "",
        imports: Sequence[str] = (),
        in_process: bool = False,
        workers: Callable[[], int] = lambda: 1,
        metric: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        view: Callable[[Study], str] = lambda study: "",
        once: OnceMore | None = None,
    ) -> None:
        self._show = show
        self._now = now
        self._view = view
        self._headline = headline
        self._once = once
        self._metric = metric
        self._points = 0
        self._opening = ""
        self._ran = False
        self._reasons: dict[str | None, int] = {}
        self._loading = f"loading {' and '.join(filter(None, (', '.join(imports), study.template)))}"
        self._pace = Pace(workers, clock)
        self._streams = TrialStreams() if in_process else None
        self._context = ExitStack()
        self._over = threading.Event()
        self._outputs: list[Display] = []
        notes = (headline,) if headline else ()
        name = f"hypertemplate-{uuid.uuid4().hex[:12]}"
        title = f"{model}() of {study.template}" if model else study.template
        title = title if once is None else f"trial {once.number} of {title} once more"
        self._progress = Progress(study, "starting", notes=notes, name=name, title=title)
        self._progress = self._current()
        self._display = show(progress_html(self._progress), progress_text(self._progress))
        context = contextvars.copy_context()  # ipykernel keeps the running cell there
        self._ticks = threading.Thread(target=context.run, args=(self._tick,), daemon=True)

    def __enter__(self) -> NotebookPrinter:
        try:
            if self._streams is not None:
                self._context.enter_context(self._streams)
            self._ticks.start()
        except BaseException:  # an interrupt may come when the thread runs
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._over.set()
        ended = self._progress.stopped
        if kind is not None and not ended:
            if issubclass(kind, KeyboardInterrupt):
                self.note(str(error) or "interrupted")
            else:
                ended = "ended by an error"
        study = self._progress.study
        if kind is None and not self._ran and study.evaluations >= study.max_evals:
            self.note("no trial was left to run")
        notes = self._with_opening(study, over=True)
        view = self._view(study) if study.trials else ""
        self._progress = replace(self._progress, doing="", stopped=ended, notes=notes, view=view)
        try:
            self._context.close()
            if self._ticks.ident is not None:
                self._ticks.join(LAST_S)
        finally:
            self.draw()

    def loading(self) -> None:
        """Show that the template loads: importing a framework takes seconds."""
        self._progress = replace(self._progress, doing=self._loading)

    def calling(self, function: str) -> None:
        """Show that the data function runs, unless trials run already in other workers."""
        if not self._opening:
            self._progress = replace(self._progress, doing=f"running {function}()")

    def _counted(self, study: Study) -> Study:
        """Return the study with the number of its trials, of which a grid may have fewer than requested."""
        return replace(study, max_evals=self._points) if self._points else study

    def ready(self, study: Study, trials: int) -> None:
        """Show the study's space; start the estimate of the time left."""
        self._pace.ready(study, trials)
        self._points = trials if study.algorithm == "grid" else 0
        study = self._counted(study)
        self._opening = self._line(study)
        first, *rest = (self._opening, *self._progress.notes)
        if self._headline:
            first, rest[0] = rest[0], first
        self._progress = replace(
            self._progress,
            study=study,
            preferred=preferred_metrics(study, self._metric),
            stops=early_stops(study),
            doing="starting a trial",
            notes=(first, *rest),
        )

    def trial_started(self, trial: Trial) -> None:
        """Show the running trial."""
        self._ran = True
        if self._pace.started(trial) and self._streams is not None:
            self._streams.begin()

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Show the running trial's epoch."""
        self._pace.epoch_ended(number, curve)

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Show a trial's result, and below the display what it printed and why it failed."""
        if self._streams is not None:
            output = self._streams.end()
        estimate = self._pace.finished(trial)
        if estimate is not None:
            self.note(estimate)
        study = self._counted(study)
        self._progress = replace(
            self._progress,
            study=study,
            preferred=preferred_metrics(study, self._metric),
            stops=early_stops(study),
            notes=self._with_opening(study),
        )
        lines = plain_lines(output)
        if lines or trial.state is TrialState.FAILED:
            self._show_output(trial, study, "\n".join(lines))

    def _with_opening(self, study: Study, *, over: bool = False) -> tuple[str, ...]:
        """Return the notes; the line on the search names the number as the first trial tells it."""
        before, self._opening = self._opening, self._line(study, over=over)
        return tuple(self._opening if one == before else one for one in self._progress.notes)

    def _line(self, study: Study, *, over: bool = False) -> str:
        """Say what the search is, or what runs once more."""
        if self._once is not None:
            return self._once.opening(study, over=over)
        return opening_line(study, self._headline, over=over)

    def note(self, text: str, *, matters: bool = False) -> None:
        """Add a note of one line."""
        shown = text if text == self._headline else f"note: {text}"
        if shown not in self._progress.notes:
            self._progress = replace(self._progress, notes=(*self._progress.notes, shown))

    def edited(self, lines: tuple[str, ...]) -> None:
        """Show what became of the trials."""
        shown = (line.replace("  ", "\N{NO-BREAK SPACE} ") for line in plain_block(lines))
        self._progress = replace(self._progress, notes=(*self._progress.notes, *shown))

    def stopped(self, failed: int) -> None:
        """Show why the search stopped."""
        self._progress = replace(self._progress, stopped=stopped_text(failed))

    def draw(self) -> None:
        """Show the current state."""
        progress = self._current()
        self._display.update(progress_html(progress), progress_text(progress))

    def _tick(self) -> None:
        while not self._over.wait(TICK_S):
            self.draw()

    def _current(self) -> Progress:
        """Return the state with what changes by itself: times, and the running trials."""
        progress, pace = self._progress, self._pace
        over = not progress.doing
        return replace(
            progress,
            running=() if over else pace.running(),
            elapsed_s=pace.elapsed_s,
            left_s=None if over else pace.left_s(),
            updated_at=math.floor(self._now()),
        )

    def _show_output(self, trial: Trial, study: Study, output: str) -> None:
        first = self._reasons.setdefault(trial.error, trial.number) if trial.error else trial.number
        html = output_html(study, trial, output, first)
        text = output_text(study, trial, output)
        if len(self._outputs) < MOST_OUTPUTS:
            self._outputs.append(self._show(html, text))
        else:
            self._outputs[-1].update(html, text)
