"""Table of trials on a page: a head for each column, and cells with the numbers by which they sort."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hypertemplate.results.parameter_axes import ParameterAxis
from hypertemplate.results.summary import Summary
from hypertemplate.results.trial_summaries import TrialSummary
from hypertemplate.results.value_cells import NOT_READ, ValueCell
from hypertemplate.views.text import cut, plain

TEXT_WIDTH = 40
"""Most characters of a cell."""


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


@dataclass(frozen=True, slots=True)
class PageRow:
    """Row of the table.

    Attributes:
        number: number of the trial.
        state: its state.
        kind: ``best``, ``leading`` or ``other``.
        cells: its cells behind that of the number.
    """

    number: int
    state: str
    kind: str
    cells: tuple[PageCell, ...]


@dataclass(frozen=True, slots=True)
class PageTable:
    """Table of trials.

    Attributes:
        heads: names of the columns behind that of the number, and the class of each.
        rows: its rows, the best trial first.
        states: states that trials have.
    """

    heads: tuple[tuple[str, str], ...]
    rows: tuple[PageRow, ...]
    states: tuple[str, ...]


def page_table(summary: Summary) -> PageTable:
    """Return the table of all trials, those left out at its end; no column holds nothing."""
    trials = (*summary.ranked, *summary.left_out)
    metrics = [
        name
        for name in dict.fromkeys(name for one in trials for name in one.metrics)
        if name != summary.objective
    ]
    with_sd, with_reports = any(one.sd is not None for one in trials), any(one.reached for one in trials)
    unit = next((one.unit for one in trials if one.reached), "epoch")
    heads = [
        (summary.objective, ""),
        *([("sd", "")] if with_sd else []),
        ("state", "text"),
        ("time", ""),
        *([(unit, "")] if with_reports else []),
        *((axis.label, "text" if axis.categories else "") for axis in summary.axes),
        *((name, "") for name in metrics),
    ]
    leading = summary.leading

    def row(trial: TrialSummary) -> PageRow:
        cells = [_number(trial.value, trial.described)]
        cells += [_number(trial.sd)] if with_sd else []
        cells += [_state(trial), _time(trial)]
        cells += [PageCell(str(trial.reached), str(trial.reached))] if with_reports else []
        cells += [_value(trial.cells.get(axis.label), axis) for axis in summary.axes]
        cells += [_number(trial.metrics.get(name)) for name in metrics]
        kind = "left-out" if trial.left_out else "leading" if trial.number in leading else "other"
        return PageRow(
            trial.number, trial.state, "best" if trial.number == summary.best else kind, tuple(cells)
        )

    states = tuple(dict.fromkeys(trial.state for trial in trials))
    return PageTable(tuple((plain(name), kind) for name, kind in heads), tuple(map(row, trials)), states)


def _number(value: float | None, title: str = "") -> PageCell:
    if value is None:
        return PageCell("\N{EN DASH}", kind="none")
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
    return PageCell(trial.state, kind=f"text {trial.state}", title=trial.reason.partition("\n")[0])


def _time(trial: TrialSummary) -> PageCell:
    if trial.duration_s is None:
        return PageCell("\N{EN DASH}", kind="none")
    return PageCell(f"{trial.duration_s:.1f} s", repr(trial.duration_s), "number")


def _value(cell: ValueCell | None, axis: ParameterAxis) -> PageCell:
    """Return the cell of a parameter; a value that did not count is not shown as if it had."""
    side = "text " if axis.categories else ""
    if cell is None or cell.number is None:
        return PageCell(NOT_READ, kind=f"{side}unread")
    if cell.state == "inactive":
        return PageCell(NOT_READ, kind=f"{side}unread", title=f"drawn: {cell.text}")
    if cell.state == "not reached":
        return PageCell(cell.state, kind=f"{side}unread", title=f"drawn: {cell.text}")
    whole = cell.text if len(cell.text) > TEXT_WIDTH else ""
    return PageCell(cut(cell.text, TEXT_WIDTH), repr(float(cell.number)), side.strip(), whole)
