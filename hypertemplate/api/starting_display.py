"""Display of a search in a notebook between its call and the moment at which there is a study to show."""

from __future__ import annotations

from types import TracebackType

from hypertemplate.frontend import ipython
from hypertemplate.frontend.ipython import Shown

_TEXT = "hypertemplate: reading the template"


class StartingDisplay:
    """Output below the cell that says that a search begins, until the search shows itself in its place.

    Importing hyperopt and reading the template take seconds on a slow machine. As a context manager it leaves
    nothing of itself after an error that comes before the search is shown.

    Args:
        shown: whether to show it; it is, in any case, in notebooks only.

    Attributes:
        shown_in: name of the cell in which the search showed itself last; empty before.
    """

    def __init__(self, shown: bool) -> None:
        self._asked = shown
        self._shown: Shown | None = None
        self.shown_in = ""

    def __enter__(self) -> StartingDisplay:
        if self._asked and ipython.shows_html():
            self._shown = ipython.show_html(f'<div style="opacity:.65">{_TEXT} ...</div>', f"{_TEXT} ...")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._shown is not None:
            self._shown.update("")

    def show(self, html: str, text: str = "") -> Shown:
        """Show HTML in its place; the second time and later, below it."""
        shown, self._shown = self._shown, None
        self.shown_in = ipython.running_cell()
        if shown is None:
            return ipython.show_html(html, text)
        shown.update(html, text)
        return shown
