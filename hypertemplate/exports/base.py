"""Interfaces of exports: of a study that there is, and of a search while it runs."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Target:
    """Place of an export.

    Attributes:
        where: place as the user named it: a file, a folder, or the URL of a store; None for the default.
        name: name of the study, by which others know it: the stem of its folder.
        force: whether what is there already is replaced.
    """

    where: str | None
    name: str
    force: bool = False


class Exporter(Protocol):
    """Writer of studies for another tool."""

    def __call__(self, kept: Kept, target: Target) -> str:
        """Write the trials of a study that have ended; return the place, in words.

        Raises:
            UsageError: the place is taken or cannot be written, or the tool's library is not installed.
        """
