"""Where a study's trials are kept: the contract, and the storage in memory."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.reader import holds_study
from hypertemplate.search.study import Study, Trial

SUFFIX = ".study"
"""What a study's folder is named with where the user names none."""


class Storage(Protocol):
    """Keeps one study.

    What `create`, `add`, `reopen` and `drop_model` keep survives the machine; what `propose`, `handed` and
    `put_back` keep survives the driver, and the machine once the next trial is added.

    Every method that writes raises UsageError if it could not; nothing has changed then, and it may be
    called again.
    """

    def create(self, study: Study) -> None:
        """Begin a study; of one that is there already go on, under the settings of this one.

        Raises:
            UsageError: there is no room for it.
        """

    def propose(self, trial: Trial, sampler_state: str) -> None:
        """Keep a trial that is going to run, with the sampler's state (JSON text), both or neither.

        Raises:
            ValueError: its number is taken.
        """

    def handed(self, number: int) -> None:
        """A running trial is given to a worker: if the driver dies now, that counts as one of its deaths."""

    def put_back(self, number: int) -> None:
        """No worker has a running trial any more, although it has not ended."""

    def add(self, trial: Trial, model: str | None = None) -> None:
        """Keep a trial that has ended, and the relative path of its model; durable when this returns.

        Raises:
            ValueError: a trial with its number is kept already.
        """

    def reopen(self, number: int) -> None:
        """Have a failed trial run again with its values; its deaths are forgotten.

        Raises:
            ValueError: it has not failed.
        """

    def drop_model(self, number: int) -> None:
        """The model of a trial is not kept any more; to be called before its file is removed.

        Raises:
            ValueError: it has none.
        """

    def check(self) -> None:
        """Do nothing, where what is written is found again.

        Raises:
            UsageError: the study is no longer in its place, and someone else may write there.
        """

    @property
    def exists(self) -> bool:
        """Whether there is a study."""

    @property
    def study(self) -> Study:
        """What is kept, the trials that have ended in the order of their numbers."""

    @property
    def running(self) -> tuple[Trial, ...]:
        """The trials that were proposed and have not ended, in the same order."""

    @property
    def sampler_state(self) -> str:
        """That of the last proposal; empty before any."""

    def deaths(self, number: int) -> int:
        """How often the driver died while a worker had this trial."""

    @property
    def models(self) -> dict[int, str]:
        """Trial number to the relative path of its kept model."""

    def close(self) -> None:
        """Release what the storage holds open; safe to call twice. What is kept can still be read."""


class MemoryStorage:
    """Keeps a study for as long as the process lives.

    Args:
        earlier: the trials that the study has before it goes on, given its space; by default none.
    """

    def __init__(self, earlier: Callable[[tuple[Dimension, ...]], tuple[Trial, ...]] = lambda _: ()) -> None:
        self._record: Kept | None = None
        self._earlier = earlier

    def create(self, study: Study) -> None:
        """Begin with the study and the earlier trials, or go on."""
        if self._record is None:
            self._record = Kept(replace(study, trials=self._earlier(study.space)))
        else:
            self._record = self._record.continued(study)

    def had(self, space: tuple[Dimension, ...]) -> tuple[Trial, ...]:
        """The trials so far, those that have not ended last; before the study begins, those it begins with.

        Args:
            space: gives the earlier trials their parameters.
        """
        return (*self.study.trials, *self.running) if self.exists else self._earlier(space)

    def propose(self, trial: Trial, sampler_state: str) -> None:
        """Keep a running trial."""
        self._record = self.kept.proposed(trial, sampler_state)

    def handed(self, number: int) -> None:
        """If the driver dies, so does what is kept."""
        self.kept.require_running(number)

    def put_back(self, number: int) -> None:
        """There is nothing to take back."""
        self.kept.require_running(number)

    def add(self, trial: Trial, model: str | None = None) -> None:
        """Keep a trial that has ended."""
        self._record = self.kept.added(trial, model)

    def reopen(self, number: int) -> None:
        """Have a failed trial run again."""
        self._record = self.kept.reopened(number)

    def drop_model(self, number: int) -> None:
        """Forget a trial's model."""
        self._record = self.kept.without_model(number)

    def check(self) -> None:
        """Memory has one place."""

    @property
    def exists(self) -> bool:
        """Whether there is a study."""
        return self._record is not None

    @property
    def kept(self) -> Kept:
        """Everything; ValueError before the study is created."""
        if self._record is None:
            raise ValueError("no study has been created")
        return self._record

    @property
    def study(self) -> Study:
        """The study with the trials that have ended."""
        return self.kept.study

    @property
    def running(self) -> tuple[Trial, ...]:
        """The trials that have not ended."""
        return self.kept.running

    @property
    def sampler_state(self) -> str:
        """That of the last proposal."""
        return self.kept.sampler_state

    def deaths(self, number: int) -> int:
        """Of a driver that lives: 0; of a record that was read: as it says."""
        return self.kept.deaths.get(number, 0)

    @property
    def models(self) -> dict[int, str]:
        """Trial number to path."""
        return dict(self.kept.models)

    def close(self) -> None:
        """There is nothing to release."""


def left_to_run(storage: Storage, max_evals: int) -> int:
    """How many trials there are to run at most, as far as that is known before the space is; at least 1.

    Args:
        storage: may not have a study yet.
        max_evals: how many trials there are to be in all; those that wait run in any case.
    """
    if not storage.exists:
        return max(max_evals, 1)
    return max(max_evals - len(storage.study.trials), len(storage.running), 1)


def make_room(folder: Path) -> Path | None:
    """Rename what is at `folder` to the first free of ``.1``, ``.2``, ...; None if nothing is."""
    if not os.path.lexists(folder):
        return None
    number = 1
    while os.path.lexists(aside := folder.with_name(f"{folder.name}.{number}")):
        number += 1
    folder.rename(aside)
    return aside


def check_room(folder: Path, template: Path) -> None:
    """Find what would keep a study out of `folder`, before a search spends time.

    Args:
        folder: where the study is to be; what is there will be moved aside.
        template: a file that must stay where it is.

    Raises:
        UsageError: moving it aside would move the template, the working folder or something that is no
            study, or no folder can be made.
    """
    place = folder.resolve()
    for kept, name in ((Path.cwd(), "the working folder"), (template.resolve(), "the template")):
        if kept == place or place in kept.parents:
            raise UsageError(
                f"{folder}: holds {name}, and a study's folder must be its own; name another one"
            )
    if os.path.lexists(folder) and not _is_replaceable(folder):
        raise UsageError(
            f"{folder}: is there already, and is no study; name another one with {{folder}}", "folder"
        )
    parent = next(parent for parent in place.parents if parent.exists())
    if not parent.is_dir():
        raise UsageError(f"{folder}: cannot be written: {parent} is a file")
    if not os.access(parent, os.W_OK | os.X_OK):
        reason = errno.EROFS if os.statvfs(parent).f_flag & os.ST_RDONLY else errno.EACCES
        raise UsageError(f"{folder}: cannot be written: {os.strerror(reason)}")


def _is_replaceable(folder: Path) -> bool:
    """Whether a study may take a folder's place: it is named like a study, holds one, or nothing at all."""
    if folder.suffix == SUFFIX:
        return True
    return folder.is_dir() and (holds_study(folder) or not any(folder.iterdir()))
