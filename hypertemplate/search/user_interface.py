"""User interfaces, which ask for a search: the command line, the user's own code, a notebook's cell."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from hypertemplate.compiler.program import Program
from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.runs.runs_again import RunsAgain
from hypertemplate.search.study import Study


@dataclass(frozen=True, slots=True)
class Opening:
    """Facts that an interface may show when a search starts.

    Attributes:
        study: study that will run; its space is empty until the program is loaded.
        program: compiled template.
        headline: one line on the machine; empty where trials run in this process, whose user knows the
            machine.
        history: notes on the study that this run resumes, or on the defaults of a new one.
        notes: notes for the user on this run.
        workers: function that returns the number of workers.
        metric: metric of a fit by which the user wants trials to be stopped early, or None.
        again: numbers of the failed trials that run again, where no others run.
        prunes: whether trials may be stopped early.
        runs_again: trials that run again, where nothing is searched; None for a search.
    """

    study: Study
    program: Program
    headline: str
    history: tuple[str, ...]
    notes: tuple[str, ...]
    workers: Callable[[], int]
    metric: str | None = None
    again: tuple[int, ...] = ()
    prunes: bool = False
    runs_again: RunsAgain | None = None


class UserInterface(Protocol):
    """Caller of a search, which also shows it."""

    def spell(self, parameter: str) -> str:
        """Spell a parameter as the user writes it."""

    def show(self, opening: Opening) -> AbstractContextManager[SearchObserver]:
        """Show a search as long as the context lasts; the context's observer is told of every event."""

    def resumed(
        self, folder: str, trials: int, max_evals: int, left_out: int, *, is_changed: bool = False
    ) -> str:
        """Say that a study is resumed.

        Args:
            folder: folder of the study.
            trials: number of its trials that have ended.
            max_evals: number of trials that it will have.
            left_out: number of trials that have ended and do not count, since the code has changed.
            is_changed: whether lines on a changed template will say which trials count.
        """

    @property
    def resume_hint(self) -> str:
        """The way to resume an interrupted search, in words; empty where the interrupt is to be passed on."""

    def show_idle(self, notes: tuple[str, ...], edits: tuple[str, ...] = ()) -> None:
        """Say why an existing study runs no trial.

        Args:
            notes: notes, of which the last one has the reason.
            edits: lines on what became of the trials where the template has changed, below their head.
        """
