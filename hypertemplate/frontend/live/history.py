"""Cells that ran in this kernel, from IPython's history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypertemplate.compiler.syntax.source import Part
from hypertemplate.frontend.ipython import shell
from hypertemplate.frontend.live.failed_cells import failed_cells


@dataclass(frozen=True, slots=True)
class Executed:
    """A cell that ran.

    Attributes:
        number: number of the run, the 7 in ``In [7]``.
        text: text that the user wrote, magics included.
        file: `co_filename` of its definitions.
        failed: whether it is known to have raised an error.
        failed_at: line that raised it, from 1, if that is known.
    """

    number: int
    text: str
    file: str
    failed: bool = False
    failed_at: int | None = None


def searched_text(cell: Executed) -> str:
    """Return the text of a cell that was a search of its own, under ``%%tune``; else an empty text."""
    return cell.text if Part("history", "", "", original=cell.text).is_search else ""


def searched_cells(running: str) -> tuple[Part, ...]:
    """Return the cells that were searches of their own: without code, since their names are gone.

    Args:
        running: name of the cell that runs now, which is not among them.
    """
    named = {f"In [{cell.number}]": searched_text(cell) for cell in executed_cells()}
    return tuple(
        Part("history", name, "", original=text) for name, text in named.items() if text and name != running
    )


def namespace() -> Mapping[str, object] | None:
    """Return the user's variables in a notebook, or None outside one."""
    running = shell()
    return None if running is None else running.user_ns


def executed_cells() -> tuple[Executed, ...]:
    """Return the cells that ran, each text once, in the order of their last runs."""
    last: dict[str, Executed] = {}
    for cell in every_run():
        last.pop(cell.text.strip(), None)
        last[cell.text.strip()] = cell
    return tuple(last.values())


def every_run() -> tuple[Executed, ...]:
    """Return the cells that ran, as often as they did."""
    running: Any = shell()
    if running is None:
        return ()
    history = running.history_manager
    texts: dict[int, str] = dict(enumerate(history.input_hist_raw))
    if not all(text for number, text in texts.items() if number):
        # `%reset -f in` empties the lists, but not the stored history of this session.
        stored = history.get_tail(len(texts), raw=True, include_latest=True)
        saved = {number: text for session, number, text in stored if session == history.session_number}
        texts |= {number: saved.get(number, "") for number, text in texts.items() if not text}
    lines = failed_cells(running)
    failed = lines.keys() | getattr(history, "exceptions", {}).keys()  # IPython 9 remembers them
    return tuple(
        Executed(
            number,
            text,
            running.compile.get_code_name(text, history.input_hist_parsed[number], number),
            number in failed,
            lines.get(number),
        )
        for number, text in texts.items()
        if text.strip()
    )
