"""Display of a running search on stderr: lines for each trial and, on a terminal, a status drawn in place."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType

from rich.console import Console, ConsoleRenderable, Group
from rich.control import Control
from rich.live import Live
from rich.segment import ControlType
from rich.text import Text

from hypertemplate.search.study import Curve, Study, Trial, TrialState
from hypertemplate.views.displays.status_lines import StatusLines
from hypertemplate.views.eta import Pace
from hypertemplate.views.study_text import opening_line, stopped_text
from hypertemplate.views.text import cut, plain, plain_block, wrapped, wrapped_edit
from hypertemplate.views.trial_columns import TrialTable
from hypertemplate.views.trial_line import INDENT, failure_lines, frame_lines, repeated_reason

ROOM = 5
"""Lines of a terminal below the last trials; heads that have gone further up are shown again."""

REPEATED_WIDTH = 100
"""Most columns of a reason that is repeated, where lines are not limited."""

STATUS_EVERY_S = 60.0
"""Seconds without a line after which the running trials are listed where nothing is redrawn."""


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
        metric: metric of a fit that the user has named, to be shown of running trials; or None.
        again: numbers of the failed trials that run again, where no others run.
        prunes: whether trials may be stopped early.
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
        metric: str | None = None,
        again: tuple[int, ...] = (),
        prunes: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._clock = clock
        self._headline = headline
        self._again = again
        self._prunes = prunes
        self._loading = f"loading {' and '.join(filter(None, (', '.join(imports), template)))}"
        self._preload = preload
        self._quiet = quiet
        self._pace = Pace(workers, clock)
        self._status = StatusLines(self._pace, metric, ascii_only=console.options.ascii_only)
        self._printed_s = clock()
        self._doing = "starting workers"
        self.study: Study | None = None
        self._live: Live | None = None
        if live and not quiet:
            self._live = _Reflowed(
                console=console,
                get_renderable=self._drawn,
                transient=True,
                redirect_stdout=False,
                refresh_per_second=4,
                vertical_overflow="crop",
            )
        self._table: TrialTable | None = None
        self._below_heading = 0
        self._printed = ""
        self._reasons: dict[str | None, int] = {}
        self._traced: set[tuple[str, ...]] = set()

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

    def calling(self, function: str) -> None:
        """Show that the data function runs."""
        self._doing = f"running {function}()"
        if self._live is not None:
            self._live.refresh()

    def ready(self, study: Study, trials: int) -> None:
        """Print the study's line."""
        self.study = study
        self._pace.ready(study, trials)
        self._status.ended(study)
        self._doing = "starting a trial"
        # A grid may have fewer points than the requested trials.
        shown = replace(study, max_evals=trials) if study.algorithm == "grid" else study
        if not self._quiet:
            self._print(opening_line(shown, self._headline, self._again), "bold")

    def trial_started(self, trial: Trial) -> None:
        """Show the running trial among those that are redrawn."""
        self._pace.started(trial)

    def epoch_ended(self, number: int, curve: Curve) -> None:
        """Show the epoch of a running trial there; where nothing moves, print it after a while."""
        self._pace.epoch_ended(number, curve)
        late = self._clock() - self._printed_s >= STATUS_EVERY_S
        if late and self._live is None and not self._quiet:
            self._print("\n".join(self._status.plain_lines()), wrap=False)

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Print a trial's lines, the reason if it failed and, if nothing moves, the first estimate."""
        self.study = study
        self._status.ended(study)
        estimate = self._pace.finished(trial)
        if self._quiet and study.best != trial:
            return
        table = self._headed(study)
        text = Text("\n".join(table.lines(study, trial)))
        if trial.state is TrialState.FAILED:
            text.stylize("red", *table.result_span())
        elif study.best == trial:
            text.stylize("bold green", *table.result_span())
        self._show(text)
        if trial.state is TrialState.FAILED:
            self._failure(trial, output)
        if self._live is not None:
            self._live.refresh()
        elif estimate is not None:
            self.note(estimate)

    def note(self, text: str, *, matters: bool = False) -> None:
        """Print a note."""
        if matters or not self._quiet:
            self._print(f"note: {plain(text)}", "yellow")

    def edited(self, lines: tuple[str, ...]) -> None:
        """Print what became of the trials."""
        shown = (part for line in plain_block(lines) for part in wrapped_edit(line, self._width()))
        self._print("\n".join(shown), wrap=False)

    def stopped(self, failed: int) -> None:
        """Print why the search stopped."""
        if self._quiet and self.study is not None and self.study.trials:
            self._print(f"trial {self.study.trials[-1].number} failed:")
            self._failure(self.study.trials[-1], "")
        above = failed > 1 and self._traced
        self._print(stopped_text(failed) + ("; the first traceback is above" if above else ""), "red")

    def _headed(self, study: Study) -> TrialTable:
        """Return the table for the next trial; print its heads where they are new or far above."""
        table = TrialTable(study, self._width(), with_best=True, prunes=self._prunes, above=self._table)
        is_far = self._width() is not None and self._below_heading >= self._console.height - ROOM
        if self._table is None or is_far or table.shape != self._table.shape:
            self._print("\n".join(table.heading()), "dim", wrap=False)
            self._below_heading = 0
        self._table = table
        return table

    def _failure(self, trial: Trial, output: str) -> None:
        """Print why a trial failed, without what an earlier failure has said."""
        frames = frame_lines(trial)
        new = bool(trial.traceback) and frames not in self._traced
        if trial.error in self._reasons and not new:
            said = repeated_reason(trial, self._reasons[trial.error])
            lines = [cut(said, (self._width() or REPEATED_WIDTH) - len(INDENT))]
        else:
            shown, self._printed = ("" if output == self._printed else output), output
            lines = failure_lines(trial, shown, traceback=new)
            self._reasons.setdefault(trial.error, trial.number)
            self._traced |= {frames} if new else set()
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
        shown = [part for line in lines for part in wrapped(line, self._width())] if wrap else lines
        self._show(Text("\n".join(shown), style=style))

    def _show(self, text: Text) -> None:
        self._console.print(text)
        self._below_heading += text.plain.count("\n") + 1
        self._printed_s = self._clock()

    def _drawn(self) -> Group:
        # A line that fills a terminal's last column is followed by an empty one on some.
        *lines, last = self._status.lines(self._doing, self._console.width - 1)
        return Group(*map(Text, lines), Text(last, style="cyan"))


class _Reflowed(Live):
    """A `Live` whose lines are removed too after the terminal has become narrower, and has broken them."""

    _widths: Sequence[int] = ()

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Go up first over the lines that the terminal has made of the last ones."""
        width = max(1, self.console.width)
        broken = sum(math.ceil(max(1, shown) / width) - 1 for shown in self._widths)
        lines = self.console.render_lines(self.get_renderable(), pad=False)
        self._widths = [sum(segment.cell_length for segment in line) for line in lines]
        up = ((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2))
        above = Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2), *up * broken)
        return [*([above] if broken else []), *super().process_renderables(renderables)]
