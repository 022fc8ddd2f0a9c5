"""Table of trials: columns for number, result, time, metrics and values, whose widths no trial changes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hypertemplate.compiler.markers.drawn_values import constant, decoded
from hypertemplate.compiler.markers.search_space import Dimension, Option
from hypertemplate.origin import Unit
from hypertemplate.search.pruners.watched_metric import EQUAL, Watched, Wish, watched_metric
from hypertemplate.search.study import Study, Trial, TrialState, is_identical
from hypertemplate.views.objective_text import objective_name, origin_of, place_number, reached, result
from hypertemplate.views.text import cut, decimals_of, fitted, hanging, indented, on_point, plain
from hypertemplate.views.trial_line import INDENT, VALUE_WIDTH, seconds_text, short, value_items

NARROW = 64
"""Terminal width, in columns, below which the gaps between columns narrow."""

MOST_METRICS = 3
"""Most metrics beside the result."""

NUMBER_WIDTH, LOG_WIDTH = 6, 9
"""Width of a number, and of one whose order of magnitude varies."""

METRIC_WIDTH, WIDE_METRIC = 7, 10
"""Width of a metric where there is little room, and where there is enough for any sign and digits."""

TIME_WIDTH, EPOCH_WIDTH, DEVIATION_WIDTH = 7, 7, 8

DECIMALS, FEW_DECIMALS, LOG_DECIMALS = 5, 4, 7
"""Decimals of a result and of a metric, of a value, and of one whose order of magnitude varies."""

BEST = "best so far"
"""Head of the best result of the trials up to one."""

NOTHING = "-"
"""Cell of a parameter that a trial did not read, and of a metric that it does not have."""

Cell = Callable[[Study, Trial], str]


@dataclass(frozen=True, slots=True)
class Column:
    """Column of a table of trials.

    Attributes:
        head: its head.
        width: its width.
        cell: function that returns the text of a trial's cell.
        right: whether the cells are aligned to the right.
        decimals: decimals for which there is room, so that points stand below each other.
    """

    head: str
    width: int
    cell: Cell
    right: bool = True
    decimals: int = 0

    def aligned(self, text: str) -> str:
        """Return `text` with the width of the column."""
        if not self.right:
            return text.ljust(self.width)
        return on_point(text, self.decimals, self.width).rjust(self.width)


class TrialTable:
    """Columns for the trials of a study, each trial's in one line of the terminal.

    Where they need more room, metrics are left out first, which is said above the heads. Where that does not
    suffice, the values stand below their trial as ``label=value``.

    Args:
        study: study with the trials so far, of which the complete ones say which metrics there are.
        width: columns of the terminal; None: no limit.
        with_best: whether there is a column for the best result so far, as while trials are still to come.
        state: returns the result of a trial in a word or as a number.
        prunes: whether trials may be stopped early, so that it matters from the first one how far they came.
        above: table of the trials above, whose metrics keep their columns.
    """

    def __init__(
        self,
        study: Study,
        width: int | None,
        *,
        with_best: bool = False,
        state: Cell | None = None,
        prunes: bool = False,
        above: TrialTable | None = None,
    ) -> None:
        self._width = width
        self._gap = " " if width is not None and width < NARROW else "  "
        kept: tuple[str, ...] = () if above is None else above._metrics
        self._metrics: tuple[str, ...] = shown_metrics(study, kept)[:MOST_METRICS]
        front = _front_columns(study, state or result_text, with_best=with_best, prunes=prunes)
        # Nothing is known of trials that are still to come.
        least = WIDE_METRIC if with_best else METRIC_WIDTH
        metrics, values = _other_columns(study, front, self._metrics, least)
        self._values_below = not self._fits([*front, *values])
        beside = [] if self._values_below else values
        if not self._fits([*front, *metrics, *beside]):
            metrics, _ = _other_columns(study, front, self._metrics, METRIC_WIDTH, METRIC_WIDTH)
        shown: list[Column] = []
        for metric in metrics:  # one that is too wide does not take the room of those behind it
            shown += [metric] if self._fits([*front, *shown, metric, *beside]) else []
        self._columns = [*front, *shown, *beside]
        self._left_out = [column.head for column in metrics if column not in shown]

    @property
    def shape(self) -> tuple[object, ...]:
        """Description of the columns, which is equal for tables with the same heads."""
        return self._width, [(column.head, column.width) for column in self._columns], self._left_out

    def heading(self) -> list[str]:
        """Return the metrics that have no column, and the heads of the columns."""
        heads = self._line([column.head for column in self._columns])
        left_out = f"(no room for {', '.join(self._left_out)})" if self._left_out else ""
        return [*indented(filter(None, [left_out]), self._width, INDENT), heads]

    def lines(self, study: Study, trial: Trial) -> list[str]:
        """Return the lines of one trial; `study` has the trials that ended so far."""
        line = self._line([column.cell(study, trial) for column in self._columns])
        items = value_items(study, trial) if self._values_below else []
        return [line, *(hanging(INDENT, items, self._width) if items else [])]

    def result_span(self) -> tuple[int, int]:
        """Return the columns of the result in a trial's line: the first, and the one after the last."""
        first = self._columns[0].width + len(self._gap)
        return first, first + self._columns[1].width

    def _fits(self, columns: Sequence[Column]) -> bool:
        used = sum(column.width for column in columns) + len(self._gap) * (len(columns) - 1)
        return self._width is None or used <= self._width

    def _line(self, cells: Iterable[str]) -> str:
        aligned = (column.aligned(cell) for column, cell in zip(self._columns, cells, strict=True))
        return self._gap.join(aligned).rstrip()


def trial_columns(study: Study) -> list[Column]:
    """Return all columns of a table of the study's trials."""
    front = _front_columns(study, result_text)
    metrics, values = _other_columns(study, front, shown_metrics(study)[:MOST_METRICS])
    return [*front, *metrics, *values]


def result_text(study: Study, trial: Trial) -> str:
    """Return a trial's loss or score in ten characters, or its state."""
    if trial.left_out:
        return "left out"
    if study.counts(trial) and trial.loss is not None:
        return fitted(study.score(trial.loss), 10, "#", 5)
    return result(study, trial, "")


def shown_metrics(study: Study, above: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the names of all metrics of the study's first complete trial, those that say the most first.

    Those that only repeat the result are left out. The metric that trials were stopped early by comes first,
    then the user's own numbers, then those of a fit, and last what is the same in every trial. Those that
    stand in the table already keep their order.
    """
    complete = [trial for trial in study.trials if trial.state is TrialState.COMPLETE and trial.metrics]
    if not complete:
        return ()
    first = complete[0]
    fit = first.curve[-1] if first.curve else {}
    watched = _stopped_by(study)
    names = [name for name in first.metrics if not _repeats_result(name, complete)]
    constant = _constants(complete)
    found = sorted(
        names, key=lambda name: (name != watched, name in constant, name in fit, not name.startswith("val_"))
    )
    kept = [name for name in above if name in found]
    if found[:1] == [watched] and watched not in kept:
        kept = []
    return (*kept, *(name for name in found if name not in kept))


def _stopped_by(study: Study) -> str | None:
    """Return the metric by which trials of a study were stopped early, or None."""
    if all(trial.state is not TrialState.PRUNED for trial in study.trials):
        return None
    watched = watched_metric(study, Wish())
    return watched.name if isinstance(watched, Watched) else None


def _repeats_result(name: str, trials: Sequence[Trial]) -> bool:
    """Tell whether a metric is the result, or its negative, in all trials that have it."""
    having = (trial for trial in trials if name in trial.metrics)
    return all(math.isclose(abs(t.metrics[name]), abs(t.loss or 0.0), rel_tol=EQUAL) for t in having)


def _constants(trials: Sequence[Trial]) -> frozenset[str]:
    """Return the metrics of several trials that have one value in all that have them."""
    values: dict[str, list[float]] = {}
    for trial in trials:
        for name, value in trial.metrics.items():
            values.setdefault(name, []).append(value)
    return frozenset(name for name, of in values.items() if len(of) > 1 and len(set(of)) == 1)


def _other_columns(
    study: Study,
    front: Sequence[Column],
    metrics: Sequence[str],
    least: int = METRIC_WIDTH,
    widest: int = WIDE_METRIC,
) -> tuple[list[Column], list[Column]]:
    """Return the columns of metrics and those of values, which stand behind others; no two have one head."""
    inner = {option.inner for dimension in study.space for option in dimension.options}
    dimensions = [dimension for dimension in study.space if dimension.label not in inner]
    names = [*(column.head for column in front), *map(plain, metrics), *(plain(d.label) for d in dimensions)]
    shared = {name for name, count in Counter(names).items() if count > 1}

    def head(name: str, kind: str) -> str:
        return f"{plain(name)} ({kind})" if plain(name) in shared else plain(name)

    return (
        [_metric_column(study, name, head(name, "metric"), least, widest) for name in metrics],
        [_value_column(study.space, d, head(d.label, "parameter")) for d in dimensions],
    )


def _front_columns(
    study: Study, state: Cell, *, with_best: bool = False, prunes: bool = False
) -> list[Column]:
    name = objective_name(study)
    columns = [
        Column("trial", 5, lambda study, trial: str(trial.number)),
        Column(name, max(10, len(name)), state, decimals=DECIMALS),
    ]
    if study.repeats > 1 or any(len(trial.losses) > 1 for trial in study.trials):
        columns.append(Column("sd", DEVIATION_WIDTH, deviation_cell, decimals=DECIMALS))
    if with_best:
        columns.append(Column(BEST, max(10, len(BEST)), lambda study, trial: _best(study), decimals=DECIMALS))
    columns.append(Column("time", max([TIME_WIDTH, *map(len, map(_time, study.trials))]), _time_cell))
    units = [unit for trial in study.trials if (unit := _unit(study, trial, prunes=prunes))]
    if units:
        columns.append(Column(units[0], _epoch_width(study), _epoch))
    return columns


def deviation_cell(study: Study, trial: Trial) -> str:
    """Return the standard deviation of the losses of a trial; ``same`` where all of them are one number."""
    if trial.deviation is not None:
        return fitted(trial.deviation, DEVIATION_WIDTH, "", 2)
    return "same" if is_identical(trial.losses) else NOTHING


def _unit(study: Study, trial: Trial, *, prunes: bool) -> Unit | None:
    """Return what the fit of a trial is counted in; None if it says nothing about the trial.

    It does where the trial has its number from the fit, and where it was stopped there, or might have been.
    """
    if prunes or trial.state is TrialState.PRUNED:
        return trial.curves[-1].unit if trial.curves else None
    origin = origin_of(study, trial)
    return None if origin.epoch is None else origin.unit


def _time(trial: Trial) -> str:
    """Return the seconds that a trial took; of one that did not run, the trial whose result it has."""
    return seconds_text(trial) if trial.equal_to is None else f"= trial {trial.equal_to}"


def _time_cell(study: Study, trial: Trial) -> str:
    return _time(trial)


def _epoch_width(study: Study) -> int:
    """Return the width for the epochs that the trials ran, or were to run."""
    curves = [curve for trial in study.trials for curve in trial.curves if curve.reports]
    last = [(curve.unit, max(curve.epochs or 0, curve.numbers[-1])) for curve in curves]
    return max([EPOCH_WIDTH, *(len(place_number(unit, most, most)) for unit, most in last)])


def _best(study: Study) -> str:
    return NOTHING if study.best is None else result_text(study, study.best)


def _epoch(study: Study, trial: Trial) -> str:
    """Say where in a fit a trial has its number; of another trial, how far its last fit came."""
    origin = origin_of(study, trial)
    if trial.state is not TrialState.PRUNED and origin.epoch is not None:
        return place_number(origin.unit, origin.epoch, origin.epochs)
    return place_number(*reached(trial.curves[-1])) if trial.curves else ""


def _metric_column(study: Study, name: str, head: str, least: int, widest: int) -> Column:
    """Return the column of a metric; it has one of two widths, so that the heads rarely change."""
    values = [trial.metrics[name] for trial in study.trials if name in trial.metrics]
    decimals = 0 if all(float(value).is_integer() for value in values) else DECIMALS
    needed = max((len(f"{value:.{decimals}f}") for value in values if math.isfinite(value)), default=0)
    width = max(len(head), least if needed <= least else widest)

    def cell(study: Study, trial: Trial) -> str:
        value = trial.metrics.get(name)
        return NOTHING if value is None else _metric_text(value, width)

    return Column(head, width, cell, decimals=decimals)


def _metric_text(value: float, width: int) -> str:
    """Format a metric; a power of ten has as few digits as leave its point below the others."""
    text = fitted(value, width, "", 5)
    return fitted(value, min(width, DECIMALS + 2 + (value < 0)), "", 5) if "e" in text else text


def _value_column(space: tuple[Dimension, ...], dimension: Dimension, head: str) -> Column:
    """Return the column of a parameter; a choice stands for the distributions that are its options."""
    dimensions = {dimension.label: dimension for dimension in space}
    width = max(len(head), _value_width(dimension, dimensions))
    decimals = min(_decimals(dimension, dimensions), width - 2)
    cell = _value_cell(dimension.label, width)
    return Column(head, width, cell, _is_numeric(dimension), max(0, decimals))


def _decimals(dimension: Dimension, dimensions: dict[str, Dimension]) -> int:
    """Return the decimals for which values of a parameter need room."""
    if dimension.options:
        return max(
            _decimals(dimensions[option.inner], dimensions) if option.inner else decimals_of(option.text)
            for option in dimension.options
        )
    if dimension.integral:
        return 0
    step = dimension.numbers.get("q")
    if step is not None and (decimals := decimals_of(repr(step))):
        return min(decimals, FEW_DECIMALS)
    return LOG_DECIMALS if dimension.is_log else FEW_DECIMALS + 1


def _value_cell(label: str, width: int) -> Cell:
    def cell(study: Study, trial: Trial) -> str:
        drawn = decoded(study.space, trial.params).get(label)
        if drawn is None or label in trial.unused:
            return NOTHING
        if isinstance(drawn, Option):
            return option_text(drawn)
        return str(drawn) if isinstance(drawn, int) else fitted(drawn, width, "", 4)

    return cell


def option_text(option: Option) -> str:
    """Return an option as it appears in a table: short, and cut if it is long."""
    return cut(short(plain(option.text)), VALUE_WIDTH)


def _value_width(dimension: Dimension, dimensions: dict[str, Dimension]) -> int:
    if dimension.options:
        return max(
            _value_width(dimensions[option.inner], dimensions) if option.inner else len(option_text(option))
            for option in dimension.options
        )
    if not dimension.integral:
        return LOG_WIDTH if dimension.is_log else NUMBER_WIDTH
    if "mu" in dimension.numbers:
        return NUMBER_WIDTH
    return max(len(str(math.floor(bound))) for bound in dimension.range)


def _is_numeric(dimension: Dimension) -> bool:
    """Tell whether a column holds numbers alone."""
    return all(
        option.inner or (isinstance(value := constant(option), (int, float)) and not isinstance(value, bool))
        for option in dimension.options
    )
