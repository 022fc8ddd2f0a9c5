"""Cells that ran in this kernel, from IPython's history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypertemplate.frontend.ipython import shell


@dataclass(frozen=True, slots=True)
class Executed:
    """A cell that ran.

    Attributes:
        number: number of the run, the 7 in ``In [7]``.
        text: text that the user wrote, magics included.
        file: `co_filename` of its definitions.
    """

    number: int
    text: str
    file: str


def namespace() -> Mapping[str, object] | None:
    """Return the user's variables in a notebook, or None outside one."""
    running = shell()
    return None if running is None else running.user_ns


def executed_cells() -> tuple[Executed, ...]:
    """Return the cells that ran, each text once, in the order of their last runs."""
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
    last: dict[str, Executed] = {}
    for number, text in texts.items():
        if text.strip():
            file = running.compile.get_code_name(text, history.input_hist_parsed[number], number)
            last.pop(text.strip(), None)
            last[text.strip()] = Executed(number, text, file)
    return tuple(last.values())
