"""Who asks for a search: the command line, the user's own code, a notebook's cell."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from hypertemplate.compiler.program import Program
from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.study import Study


@dataclass(frozen=True, slots=True)
class Opening:
    """What a face may show when a search begins.

    Attributes:
        study: what is to run; its space is empty as long as nobody has loaded the program.
        program: the template.
        headline: the machine in one line; empty where trials run in this process, whose user knows it.
        history: how this run continues the study that is there, or what its defaults are.
        notes: what the user should know of this run.
        workers: tells how many workers run trials.
    """

    study: Study
    program: Program
    headline: str
    history: tuple[str, ...]
    notes: tuple[str, ...]
    workers: Callable[[], int]


class Face(Protocol):
    """Who asked for a search, and is shown it."""

    def spell(self, parameter: str) -> str:
        """Spell a parameter as the user writes it."""

    def show(self, opening: Opening) -> AbstractContextManager[SearchObserver]:
        """Show a search as long as the context lasts; what it gives hears of everything."""

    @property
    def resume_hint(self) -> str:
        """How an interrupted search is resumed, in words; empty where the interrupt is to be passed on."""

    def show_idle(self, notes: tuple[str, ...]) -> None:
        """Say why a study that is there runs no trial."""
