"""Display of a running search on stderr: lines for each trial and, on a terminal, a status drawn in place."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.views.displays.status_lines import status_lines
from hypertemplate.views.eta import Pace
from hypertemplate.views.summary import opening_line, stopped_text
from hypertemplate.views.text import indented, plain
from hypertemplate.views.trial_columns import TrialTable
from hypertemplate.views.trial_line import INDENT, failure_lines, reason_lines

HEADING_EVERY = 20
"""Number of trials on a terminal after which the heads of the columns are shown again."""


def stderr_console() -> Console:
    """Return a console on stderr that treats no text as markup and wraps nothing."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


class SearchPrinter:
    """A `SearchObserver` that prints; as a context manager it always removes what moves at the end.

    Args:
        console: console to print to.
        template: the template's name, as the user wrote it.
        live: whether lines may be redrawn; else only whole lines are printed.
        headline: headline of the plan, already printed.
        preload: work that the driver can do while workers load.
        imports: names of the frameworks that the template imports.
        quiet: whether only trials that are better than all before are printed.
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
        imports: Sequence[str] = (),
        quiet: bool = False,
        workers: Callable[[], int] = lambda: 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._headline = headline
        self._loading = f"loading {' and '.join(filter(None, (', '.join(imports), template)))}"
        self._preload = preload
        self._quiet = quiet
        self._pace = Pace(workers, clock)
        self._doing = "starting workers"
        self.study: Study | None = None
        self._live: Live | None = None
        if live and not quiet:
            self._live = Live(
                console=console,
                get_renderable=self._status,
                transient=True,
                redirect_stdout=False,
                refresh_per_second=4,
                vertical_overflow="crop",
            )
        self._table: TrialTable | None = None
        self._below_heading = 0
        self._printed = ""
        self._traced: set[str | None] = {None}

    def __enter__(self) -> SearchPrinter:
        if self._live is not None:
            self._live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def loading(self) -> None:
        """Show that the template loads: importing a framework takes seconds."""
        self._doing = self._loading
        if self._live is not None:
            self._live.refresh()
        elif not self._quiet:
            self._print(f"{self._loading} ...")
        self._preload()

    def ready(self, study: Study, trials: int) -> None:
        """Print the study's line."""
        self.study = study
        self._pace.ready(study, trials)
        # A grid may have fewer points than the requested trials.
        shown = replace(study, max_evals=trials) if study.algorithm == "grid" else study
        if not self._quiet:
            self._print(opening_line(shown, self._headline), "bold")

    def trial_started(self, trial: Trial) -> None:
        """Show the running trial among those that are redrawn."""
        self._doing = "starting a trial"
        self._pace.started(trial)

    def epoch_ended(self, number: int, epoch: int, epochs: int | None) -> None:
        """Show the epoch of a running trial there."""
        self._pace.epoch_ended(number, epoch, epochs)

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Print a trial's lines, the reason if it failed and, if nothing moves, the first estimate."""
        self.study = study
        estimate = self._pace.finished(trial)
        if self._quiet and study.best != trial:
            return
        table = self._headed(study)
        text = Text("\n".join(table.lines(study, trial)))
        if trial.state is TrialState.FAILED:
            text.stylize("red", *table.result_span())
        elif study.best == trial:
            text.stylize("bold green", *table.result_span())
        self._console.print(text)
        if trial.state is TrialState.FAILED:
            self._failure(trial, output)
        if self._live is not None:
            self._live.refresh()
        elif estimate is not None:
            self.note(estimate)

    def note(self, text: str) -> None:
        """Print a note."""
        if not self._quiet:
            self._print(f"note: {plain(text)}", "yellow")

    def stopped(self, failed: int) -> None:
        """Print why the search stopped."""
        if self._quiet and self.study is not None and self.study.trials:
            self._failure(self.study.trials[-1], "")
        above = failed > 1 and self._traced != {None}
        self._print(stopped_text(failed) + ("; the first traceback is above" if above else ""), "red")

    def _headed(self, study: Study) -> TrialTable:
        """Return the table for the next trial; print its heads where they are new or far above."""
        table = TrialTable(study, self._width(), with_best=True)
        is_far = self._width() is not None and self._below_heading >= HEADING_EVERY
        if self._table is None or is_far or table.shape != self._table.shape:
            self._print("\n".join(table.heading()), "dim", wrap=False)
            self._below_heading = 0
        self._table = table
        self._below_heading += 1
        return table

    def _failure(self, trial: Trial, output: str) -> None:
        # Trials often fail for one reason; output identical to the previous failure's is not repeated.
        shown, self._printed = ("" if output == self._printed else output), output
        said = reason_lines(trial)[0]
        new = trial.traceback and said not in self._traced
        self._traced.add(said if new else None)
        lines = failure_lines(trial, shown, traceback=bool(new))
        self._print("\n".join(f"{INDENT}{line}".rstrip() for line in lines))

    def _width(self) -> int | None:
        """Return the columns of the terminal; None if lines are not limited."""
        console = self._console
        if not console.is_terminal:
            return None
        # rich takes every dumb terminal to have 80 columns.
        return shutil.get_terminal_size().columns if console.is_dumb_terminal else console.width

    def _print(self, text: str, style: str = "", *, wrap: bool = True) -> None:
        lines = text.split("\n")
        shown = indented(lines, self._width(), "") if wrap else lines
        self._console.print(Text("\n".join(shown), style=style))

    def _status(self) -> Group:
        ended = 0 if self.study is None else len(self.study.trials)
        bar = ("=", "-") if self._console.options.ascii_only else ("━", "─")
        *lines, last = status_lines(self._pace, self._doing, ended, bar=bar)
        return Group(*map(Text, lines), Text(last, style="cyan"))
