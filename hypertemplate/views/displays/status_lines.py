"""Lines on the state of a running search, redrawn in place: what runs, and how far the search is.

Numbers have fixed widths and columns only grow, so that nothing moves sideways.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypertemplate.search.study import Curve, Study, TrialState
from hypertemplate.units import counted, elapsed_text
from hypertemplate.views.curves.shown_metric import (
    expected_reports,
    preferred_metrics,
    reported_values,
    shown_metric,
)
from hypertemplate.views.curves.sparkline import ASCII_BLOCKS, BLOCKS, sparkline
from hypertemplate.views.early_stops import EarlyStops, early_stops
from hypertemplate.views.eta import Pace, Running
from hypertemplate.views.objective_text import place_number
from hypertemplate.views.text import cut, fitted, plain

WIDTH = 100
"""Most columns of a line."""

MOST_RUNNING = 8
"""Most running trials that have a line of their own."""

BAR_WIDTH = 16

PROGRESS_WIDTH = 38
"""Columns that the progress beside the bar may take."""

TIME_WIDTH = 6

PAUSE_S = 0.5
"""Seconds without a running trial for which the last one is still shown: between short ones nothing moves."""

VALUE_WIDTH = 7

SPARK_WIDTH = 24
"""Most columns of a sparkline."""

LEAST_SPARK, LEAST_NAME = 4, 10
"""Fewest columns of a sparkline, and of a metric's name."""


class StatusLines:
    """Running trials and progress of a search, as lines.

    Args:
        pace: clock of the search.
        metric: metric of a fit that the user has named, or None.
        ascii_only: whether the lines may have no other characters.
        what: word for what is counted.
    """

    def __init__(
        self, pace: Pace, metric: str | None = None, *, ascii_only: bool = False, what: str = "trials"
    ) -> None:
        self._what = what
        self._pace = pace
        self._metric = metric
        self._bar = "=-" if ascii_only else "━─"
        self._blocks = ASCII_BLOCKS if ascii_only else BLOCKS
        self._preferred: Sequence[str] = ()
        self._study: Study | None = None
        self._stops = EarlyStops()
        self._running: Sequence[tuple[Running, float]] = ()
        self._epoch_width = self._name_width = 0

    def ended(self, study: Study) -> None:
        """Take note of a study, with the trials that have ended."""
        self._study = study
        self._stops = early_stops(study)
        self._preferred = preferred_metrics(study, self._metric)

    def lines(self, doing: str, width: int = WIDTH) -> list[str]:
        """List the running trials and, last, the progress.

        Args:
            doing: what the search does while no trial runs.
            width: columns of the terminal.
        """
        width = min(width, WIDTH)
        if self._study is None:
            elapsed = f"{elapsed_text(self._pace.elapsed_s):>{TIME_WIDTH}}"
            return [f"{elapsed}  {cut(plain(doing), width - TIME_WIDTH - 2)}"]
        running = self._pace.running()
        if running or self._pace.idle_s >= PAUSE_S:
            self._running = running
        idle = [] if self._ended >= self._pace.total else [cut(plain(doing), width)]
        lines = self._running_lines(self._running, width) if self._running else idle
        return [*lines, *filter(None, (self._counts(),)), f"{self._drawn_bar(width)}  {self._progress()}"]

    def plain_lines(self) -> list[str]:
        """List the same for a stream on which nothing is redrawn."""
        lines = self._running_lines(self._pace.running(), WIDTH)
        parts = (self._progress(aligned=False), self._counts(aligned=False))
        return [*lines, "  ".join(filter(None, parts))]

    def _running_lines(self, all_running: Sequence[tuple[Running, float]], width: int) -> list[str]:
        """Format the running trials; where there are many, the further ones are only counted."""
        running, more = all_running[:MOST_RUNNING], len(all_running) - MOST_RUNNING
        names = {
            trial.number: shown_metric([trial.curve], self._preferred) if trial.curve else None
            for trial, _ in running
        }
        shown = [plain(name) for name in names.values() if name]
        epochs = [len(_epoch(trial)) for trial, _ in running]
        self._epoch_width = max([self._epoch_width, *epochs])
        self._name_width = max([self._name_width, *map(len, shown)])
        lines = [self._running_line(trial, s, names[trial.number], width) for trial, s in running]
        return [*lines, f"and {counted(more, 'more trial')}"] if more > 0 else lines

    def _running_line(self, trial: Running, elapsed_s: float, name: str | None, width: int) -> str:
        """Format a running trial: number, time, epoch, watched value, sparkline."""
        digits = max(len(str(max(self._pace.total - 1, 0))), len(str(trial.known_as)))
        name_of_run = f"  {trial.run_text}" if trial.run_text else ""
        line = f"trial {trial.known_as:>{digits}}{name_of_run}  {elapsed_text(elapsed_s):>{TIME_WIDTH}}"
        if trial.curve is None:
            return line
        line = f"{line}  {_epoch(trial):<{self._epoch_width}}"
        values = reported_values(trial.curve, name) if name else []
        room = width - len(line) - 2 - VALUE_WIDTH - 1
        if name is None or not values or room < LEAST_NAME:
            return line.rstrip()
        name_width = min(self._name_width, room, max(LEAST_NAME, room - 2 - LEAST_SPARK))
        value = fitted(values[-1], VALUE_WIDTH, "#", 5)
        line = f"{line}  {cut(plain(name), name_width):<{name_width}} {value:>{VALUE_WIDTH}}"
        spark_width = min(SPARK_WIDTH, room - 2 - name_width)
        return (
            line if spark_width < LEAST_SPARK else f"{line}  {self._spark(trial.curve, values, spark_width)}"
        )

    def _spark(self, curve: Curve, values: list[float], width: int) -> str:
        """Draw the values so far, in that part of the width that the fit has come."""
        return sparkline(values, width, self._blocks, total=expected_reports(curve, len(values)))

    def _drawn_bar(self, width: int) -> str:
        total, room = self._pace.total, max(2, min(BAR_WIDTH, width - PROGRESS_WIDTH))
        done = round(room * min(1, self._ended / total)) if total else 0
        return self._bar[0] * done + self._bar[1] * (room - done)

    def _progress(self, *, aligned: bool = True) -> str:
        """Say how many trials ended, the time so far, the time that is left."""
        total, elapsed = self._pace.total, elapsed_text(self._pace.elapsed_s)
        digits, width = (len(str(total)), TIME_WIDTH) if aligned else (0, 0)
        what = "" if aligned else f" {self._what}"
        line = f"{self._ended:>{digits}}/{total}{what}  {elapsed:>{width}}"
        left_s = self._pace.left_s()
        return line if left_s is None or left_s < 1 else f"{line}  about {elapsed_text(left_s)} left"

    def _counts(self, *, aligned: bool = True) -> str:
        """Count the trials by their ends and the epochs saved; empty while all are complete."""
        trials = () if self._study is None else self._study.trials
        states = [trial.state for trial in trials]
        names = (
            (TrialState.COMPLETE, "complete"),
            (TrialState.PRUNED, "pruned"),
            (TrialState.FAILED, "failed"),
        )
        if all(state is TrialState.COMPLETE for state in states):
            return ""
        digits = len(str(self._pace.total)) if aligned else 0
        counts = [f"{states.count(state):>{digits}} {name}" for state, name in names]
        saved = [f"{self._stops.saved:,} {self._stops.unit}s saved"] if self._stops.stopped else []
        return "  ".join([*counts, *saved])

    @property
    def _ended(self) -> int:
        return 0 if self._study is None else self._study.evaluations


def _epoch(trial: Running) -> str:
    if not trial.epoch and (trial.curve is None or not trial.curve.count):
        return ""  # steps of the user's own may begin with 0
    unit = trial.curve.unit if trial.curve else "epoch"
    width = len(place_number(unit, trial.epochs, trial.epochs)) if trial.epochs else 4
    return f"{unit} {place_number(unit, trial.epoch, trial.epochs):>{width}}"
