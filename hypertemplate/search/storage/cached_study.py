"""Study in memory with a copy on the disk, so that the death of its process loses no trial."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.storage.studies_cache import VARIABLE, remove_oldest
from hypertemplate.search.study import Curve, Study, Trial

Opened = Callable[[Path], tuple[SqliteStorage, str, tuple[str, ...]]]
"""Opens a folder for writing; also returns the digest by which the study is known there, and notes."""


class CachedStudy(MemoryStorage):
    """Storage of a study in memory, each step of which is also written to a folder of the cache.

    Nobody has asked for the copy, so a copy that cannot be written ends no search. It has no models.

    Args:
        earlier: as for `MemoryStorage`.
        place: folder of the copy; one of an earlier run of the same search is continued.
        opened: opens the folder.

    Attributes:
        tell: receives notes, and the reason if the copy ends early.
        options: what becomes known of the search before the study is created, as JSON values.
    """

    def __init__(
        self,
        earlier: Callable[[tuple[Dimension, ...]], tuple[Trial, ...]],
        place: Path,
        opened: Opened,
    ) -> None:
        super().__init__(earlier)
        self.tell: Callable[[str], None] = lambda text: None
        self.options: dict[str, Any] = {}
        self._place = place
        self._opened = opened
        self._copy: SqliteStorage | None = None
        self._is_new = False

    @property
    def beginning(self) -> tuple[str, ...]:
        """Note on the way to resume the study in another process."""
        if self._copy is None or not self._is_new:
            return ()
        return (f"kept in the cache: study={str(self._place)!r} resumes this search in another process",)

    def create(self, study: Study) -> None:
        """Start, or resume, and bring the copy up to date."""
        super().create(study)
        try:
            copy, digest, notes = self._opened(self._place)
            self._copy, self._is_new = copy, not copy.exists
            if copy.exists and copy.running:  # its numbers are given to other trials, as in memory
                copy.close()
                shutil.rmtree(self._place, ignore_errors=True)
                copy, digest, _ = self._opened(self._place)
                self._copy = copy
            copy.options = _merged(copy.options, self.options)
            copy.create(replace(self.study, digest=digest))
            had = {trial.number for trial in copy.study.trials}
            for trial in self.study.trials:
                if trial.number not in had:
                    copy.add(trial)
            for note in notes:
                self.tell(note)
            remove_oldest(self._place.parent)
        except UsageError as error:
            self._end(error)

    def propose(self, trial: Trial, sampler_state: str) -> None:
        """Store a running trial."""
        super().propose(trial, sampler_state)
        self._write(lambda copy: copy.propose(trial, sampler_state))

    def handed(self, number: int) -> None:
        """Note that a worker has the trial."""
        super().handed(number)
        self._write(lambda copy: copy.handed(number))

    def put_back(self, number: int) -> None:
        """Note that no worker has the trial."""
        super().put_back(number)
        self._write(lambda copy: copy.put_back(number))

    def reported(self, number: int, curve: Curve) -> None:
        """Keep the curve with the running trial."""
        super().reported(number, curve)
        self._write(lambda copy: copy.reported(number, curve))

    def ran(self, trial: Trial) -> None:
        """Store a running trial after another of its runs."""
        super().ran(trial)
        self._write(lambda copy: copy.ran(trial))

    def add(self, trial: Trial, model: str | None = None) -> None:
        """Store a trial that has ended."""
        super().add(trial, model)
        self._write(lambda copy: copy.add(trial))

    def decide(self, maximize: bool) -> None:
        """Judge the trials so far again."""
        super().decide(maximize)
        self._write(lambda copy: copy.decide(maximize))

    def add_options(self, options: Mapping[str, object]) -> None:
        """Store what becomes known of the search after it has begun."""
        self._write(lambda copy: copy.add_options(options))

    def close(self) -> None:
        """Release the copy, which has ended now."""
        if self._copy is not None:
            self._copy.close()
            self._copy = None
            remove_oldest(self._place.parent)

    def _write(self, step: Callable[[SqliteStorage], None]) -> None:
        if self._copy is None:
            return
        try:
            step(self._copy)
        except UsageError as error:
            self._end(error)

    def _end(self, error: UsageError) -> None:
        """Go on without the copy."""
        if self._copy is not None:
            self._copy.close()
            self._copy = None
        ways = f"{VARIABLE} can name another folder, or be off"
        self.tell(f"this search is now kept in memory alone: {error.text} ({ways})")


def _merged(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with others in their place; of two mappings, what either has."""
    both = {name: {**before[name], **now[name]} for name in now if _are_mappings(before.get(name), now[name])}
    return {**before, **now, **both}


def _are_mappings(*values: object) -> bool:
    return all(isinstance(one, Mapping) for one in values)
