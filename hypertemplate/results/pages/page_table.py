"""Table of trials on a page: a head for each column, and cells with the numbers by which they sort."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from hypertemplate.results.parameter_axes import ParameterAxis
from hypertemplate.results.summary import Summary
from hypertemplate.results.top_parameters import top_parameters
from hypertemplate.results.trial_summaries import TrialSummary
from hypertemplate.results.value_cells import NOT_READ
from hypertemplate.views.data_notes import files_text
from hypertemplate.views.text import cut, plain

TEXT_WIDTH = 40
"""Most characters of a cell."""

MOST_PRINTED = 8
"""Most parameters, and most metrics, with a column on paper, where nothing scrolls."""


@dataclass(frozen=True, slots=True)
class PageCell:
    """Cell of the table.

    Attributes:
        text: its text.
        key: number by which it sorts, or an empty text: such cells come last.
        kind: class of the cell, or an empty text.
        title: more about it, or an empty text.
    """

    text: str
    key: str = ""
    kind: str = ""
    title: str = ""


_NONE = PageCell("\N{EN DASH}", kind="none")


@dataclass(frozen=True, slots=True)
class PageRow:
    """Row of the table.

    Attributes:
        number: number of the trial.
        state: its state.
        kind: ``best``, ``leading``, ``left-out`` or ``other``.
        cells: its cells behind that of the number.
    """

    number: int
    state: str
    kind: str
    cells: tuple[PageCell, ...]


@dataclass(frozen=True, slots=True)
class PageHead:
    """Head of a column.

    Attributes:
        text: name of the column.
        kind: class of the head, or an empty text.
        is_printed: whether paper has room for the column.
    """

    text: str
    kind: str = ""
    is_printed: bool = True


@dataclass(frozen=True, slots=True)
class PageTable:
    """Table of trials.

    Attributes:
        heads: heads of the columns behind that of the number.
        rows: its rows, the best trial first.
        states: states that trials have.
    """

    heads: tuple[PageHead, ...]
    rows: tuple[PageRow, ...]
    states: tuple[str, ...]

    @property
    def unprinted(self) -> tuple[int, ...]:
        """Places of the columns that paper has no room for, from 1, that of the number counted."""
        return tuple(place for place, head in enumerate(self.heads, 2) if not head.is_printed)


def page_table(summary: Summary) -> PageTable:
    """Return the table of all trials, those left out at its end; no column holds nothing."""
    trials = (*summary.ranked, *summary.left_out)
    columns = tuple(_columns(summary, trials))
    leading = summary.leading

    def kind(trial: TrialSummary) -> str:
        if trial.left_out:
            return "left-out"
        return "best" if trial.number == summary.best else "leading" if trial.number in leading else "other"

    rows = (
        PageRow(trial.number, trial.state, kind(trial), tuple(cell(trial) for _, cell in columns))
        for trial in trials
    )
    states = tuple(dict.fromkeys(trial.state for trial in trials))
    return PageTable(tuple(head for head, _ in columns), tuple(rows), states)


Column = tuple[PageHead, Callable[[TrialSummary], PageCell]]


def _columns(summary: Summary, trials: Sequence[TrialSummary]) -> Iterator[Column]:
    """Yield the columns: what came of the trials, their values, their metrics."""
    yield PageHead(plain(summary.objective)), lambda one: _number(one.value, one.described)
    if any(one.sd is not None for one in trials):
        yield PageHead("sd"), lambda one: _number(one.sd)
    yield PageHead("state", "text"), _state
    yield PageHead("time"), _time
    unit = next((one.unit for one in trials if one.reached), "epoch")
    if any(one.epoch is not None for one in trials):
        yield PageHead(unit), lambda one: _count(one.epoch)
    if any(one.reached for one in trials):
        yield PageHead(f"{unit}s"), lambda one: _count(one.reached or None)
    printed = top_parameters(summary, MOST_PRINTED) or summary.axes[:MOST_PRINTED]
    for axis in summary.axes:
        head = PageHead(plain(axis.label), "text" if axis.categories else "", axis in printed)
        yield head, partial(_value, axis=axis)
    names = dict.fromkeys(name for one in trials for name in one.metrics if name != summary.objective)
    for place, name in enumerate(names):
        yield PageHead(plain(name), is_printed=place < MOST_PRINTED), partial(_metric, name=name)


def _metric(trial: TrialSummary, name: str) -> PageCell:
    return _number(trial.metrics.get(name))


def _count(number: int | None) -> PageCell:
    return _NONE if number is None else PageCell(str(number), str(number))


def _number(value: float | None, title: str = "") -> PageCell:
    if value is None:
        return _NONE
    if not math.isfinite(value):
        key = "" if math.isnan(value) else repr(math.copysign(1.7e308, value))
        return PageCell(f"{value}", key, "number", title)
    return PageCell(f"{value:.6g}", repr(float(value)), "number", title)


def _state(trial: TrialSummary) -> PageCell:
    if trial.left_out:
        return PageCell("left out", kind="text left-out", title=plain(trial.left_out))
    if trial.equal_to is not None:
        return PageCell(
            f"= trial {trial.equal_to}", kind="text", title="it read the same values, and did not run"
        )
    reason = trial.reason.partition("\n")[0]
    if trial.other_data:
        read = f"it read earlier contents of {files_text(trial.other_data)}"
        return PageCell(
            f"{trial.state}, other data",
            kind=f"text {trial.state}",
            title="; ".join(filter(None, (read, reason))),
        )
    return PageCell(trial.state, kind=f"text {trial.state}", title=reason)


def _time(trial: TrialSummary) -> PageCell:
    if trial.duration_s is None:
        return _NONE
    return PageCell(f"{trial.duration_s:.1f} s", repr(trial.duration_s), "number")


def _value(trial: TrialSummary, axis: ParameterAxis) -> PageCell:
    """Return the cell of a parameter; a value that did not count is not shown as if it had."""
    cell = trial.cells.get(axis.label)
    side = "text " if axis.categories else ""
    if cell is None or cell.number is None:
        return PageCell(NOT_READ, kind=f"{side}unread")
    if cell.state == "inactive":
        return PageCell(NOT_READ, kind=f"{side}unread", title=f"drawn: {cell.text}")
    if cell.state == "not reached":
        return PageCell(cell.state, kind=f"{side}unread", title=f"drawn: {cell.text}")
    whole = cell.text if len(cell.text) > TEXT_WIDTH else ""
    return PageCell(cut(cell.text, TEXT_WIDTH), repr(float(cell.number)), side.strip(), whole)
