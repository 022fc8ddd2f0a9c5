"""Cells that raised an error, and how far each of them came: IPython 8 does not know it."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

EVENT = "post_run_cell"
"""IPython's event after each cell."""


class FailedCells:
    """Callback of IPython that notes the cells that fail.

    Attributes:
        lines: line that raised, from 1, by the number of the run; None where it is not known.
    """

    def __init__(self) -> None:
        self.lines: dict[int, int | None] = {}

    def __call__(self, result: Any) -> None:
        """Note a cell that raised an error; IPython calls it with the result of each cell."""
        if result.execution_count is None:
            return
        self.lines.pop(result.execution_count, None)  # after %reset the numbers begin again
        if not result.success:
            error = result.error_in_exec
            trace = None if error is None else error.__traceback__
            self.lines[result.execution_count] = _line_of(result.info.raw_cell, trace)


def failed_cells(shell: Any) -> Mapping[int, int | None]:
    """Return the lines that raised, by the number of the run: what the extension has noted.

    Args:
        shell: the running IPython.
    """
    return {number: line for one in noting(shell) for number, line in one.lines.items()}


def noting(shell: Any) -> list[Any]:
    """Return the callbacks that note cells which fail; a reload of the package creates new classes."""
    return [one for one in shell.events.callbacks[EVENT] if type(one).__module__ == __name__]


def _line_of(text: str, trace: TracebackType | None) -> int | None:
    """Return the line of a cell that raised: that of the first frame of the user's code."""
    if any(line.lstrip()[:1] in ("%", "!", "?") for line in text.splitlines()):
        return None  # IPython rewrites it, so its lines have other numbers
    while trace is not None and trace.tb_frame.f_globals.get("__name__") != "__main__":
        trace = trace.tb_next
    blank = len(text) - len(text.lstrip())
    return None if trace is None else trace.tb_lineno + text[:blank].count("\n")
