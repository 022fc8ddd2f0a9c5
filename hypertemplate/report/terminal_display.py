"""Display of a running search on stderr: a line per trial and, on a terminal, a bar with the time left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from hypertemplate.report.eta import Pace
from hypertemplate.report.summary import opening_line, stopped_text
from hypertemplate.report.text import indented, plain
from hypertemplate.report.trial_line import (
    INDENT,
    failure_lines,
    heading,
    reason_lines,
    result_columns,
    trial_lines,
)
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.units import elapsed_text


def stderr_console() -> Console:
    """Return a console on stderr that treats no text as markup and wraps nothing."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


class SearchPrinter:
    """A `SearchObserver` that prints; as a context manager it always removes the bar at the end.

    Args:
        console: console to print to.
        template: the template's name, as the user wrote it.
        live: whether a moving bar is allowed; else only whole lines are printed.
        headline: headline of the plan, already printed.
        preload: work that the driver can do while workers load.
        workers: returns the number of workers, for the estimate of the time left.
        clock: monotonic clock, in seconds.

    Attributes:
        study: the study with the trials that ended so far; None before the space is known.
    """

    def __init__(
        self,
        console: Console,
        template: str,
        *,
        live: bool,
        preload: Callable[[], None],
        headline: str = "",
        workers: Callable[[], int] = lambda: 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._headline = headline
        self._template = template
        self._preload = preload
        self._pace = Pace(workers, clock)
        self._progress = _progress(console, self._pace) if live else None
        self._task = None if self._progress is None else self._progress.add_task("", total=None)
        self.study: Study | None = None
        self._printed = ""
        self._traced: set[str | None] = {None}

    def __enter__(self) -> SearchPrinter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def loading(self) -> None:
        """Show that the template loads: importing a framework takes seconds."""
        text = f"loading {self._template}"
        if self._progress is None:
            self._print(f"{text} ...")
        else:
            self._progress.start()
            self._move(text)
        self._preload()

    def ready(self, study: Study, trials: int) -> None:
        """Print the study's line, then the heads of the trials' columns."""
        self.study = study
        self._pace.ready(study, trials)
        # A grid may have fewer points than the requested trials.
        shown = replace(study, max_evals=trials) if study.algorithm == "grid" else study
        self._print(opening_line(shown, self._headline), "bold")
        self._print(heading(study, self._width()), "dim")
        self._move(total=trials, completed=len(study.trials))

    def trial_started(self, trial: Trial) -> None:
        """Show the running trial in the bar alone."""
        self._pace.started(trial)
        self._move(f"trial {trial.number}")

    def epoch_ended(self, number: int, epoch: int, epochs: int | None) -> None:
        """Show the running trial's epoch in the bar alone."""
        of = f" of {epochs}" if epochs else ""
        self._move(f"trial {number}, epoch {epoch + 1}{of}")

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Print a trial's line, the reason if it failed and, without a bar, the first estimate."""
        self.study = study
        width = self._width()
        text = Text("\n".join(trial_lines(study, trial, width)))
        if trial.state is TrialState.FAILED:
            text.stylize("red", *result_columns(study, width))
        elif study.best == trial:
            text.stylize("bold green", *result_columns(study, width))
        self._console.print(text)
        if trial.state is TrialState.FAILED:
            self._failure(trial, output)
        estimate = self._pace.finished(trial)
        if estimate is not None and self._progress is None:
            self.note(estimate)
        self._move(completed=len(study.trials))

    def note(self, text: str) -> None:
        """Print a note of one line."""
        self._print(f"note: {plain(text)}", "yellow")

    def stopped(self, failed: int) -> None:
        """Print why the search stopped."""
        above = failed > 1 and self._traced != {None}
        self._print(stopped_text(failed) + ("; the first traceback is above" if above else ""), "red")

    def _failure(self, trial: Trial, output: str) -> None:
        # Trials often fail for one reason; output identical to the previous failure's is not repeated.
        shown, self._printed = ("" if output == self._printed else output), output
        said = reason_lines(trial)[0]
        new = trial.traceback and said not in self._traced
        self._traced.add(said if new else None)
        lines = failure_lines(trial, shown, traceback=bool(new))
        self._print("\n".join(indented(lines, self._width(), INDENT)))

    def _width(self) -> int | None:
        """Return the columns of the terminal; None if lines are not limited."""
        console = self._console
        return console.width if console.is_terminal and not console.is_dumb_terminal else None

    def _print(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style))

    def _move(
        self, text: str | None = None, *, total: int | None = None, completed: int | None = None
    ) -> None:
        """Change the bar's text or counts, if there is a bar; None leaves them as they are."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=text, total=total, completed=completed)


class _TimeLeft(ProgressColumn):
    """Bar column with the elapsed time and the estimated time left."""

    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self._pace = pace

    def render(self, task: Task) -> Text:
        """Render one line, a few times per second."""
        elapsed = elapsed_text(task.elapsed or 0)
        if task.total is None:
            return Text(elapsed)
        shown = f"{task.completed:.0f}/{task.total:.0f}, {elapsed}"
        left_s = self._pace.left_s()
        return Text(shown if left_s is None else f"{shown}, about {elapsed_text(left_s)} left")


def _progress(console: Console, pace: Pace) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(
            bar_width=max(5, min(20, console.width - 40)),
            complete_style="cyan",
            finished_style="cyan",
            pulse_style="cyan",
        ),
        _TimeLeft(pace),
        console=console,
        transient=True,
        redirect_stdout=False,
        refresh_per_second=4,
    )
