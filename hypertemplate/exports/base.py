"""Interface of what follows a running search, beside the person at the terminal."""

from __future__ import annotations

from typing import Literal, Protocol

from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.storage.snapshot import Kept

End = Literal["done", "interrupted", "terminated", "error"]
"""End of a search: by itself, by Ctrl-C, by another signal, by an error."""


class Follower(SearchObserver, Protocol):
    """Observer that follows a search to its end, in whatever way it ends."""

    def ended(self, kept: Kept | None, end: End, error: str = "") -> None:
        """Note the end of the search; called once.

        Args:
            kept: record of the study; None if there is none.
            end: how it ended.
            error: the error's text, else an empty string.
        """
