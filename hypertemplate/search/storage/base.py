"""Storage of a study's trials: the contract, and the storage in memory."""

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
from hypertemplate.search.storage.sqlite.reader import SUFFIX, holds_study
from hypertemplate.search.study import Confirmation, Curve, Study, Trial


class Storage(Protocol):
    """Storage of one study.

    The results of `create`, `ran`, `add`, `confirm`, `reopen` and `drop_model` survive a crash of the
    machine; those of `propose`, `handed` and `put_back` survive the driver, and the machine once the next
    trial is added.

    Every method that writes raises UsageError if it fails; nothing has changed then, and it may be called
    again.
    """

    @property
    def beginning(self) -> tuple[str, ...]:
        """Notes on what `create` did with what was in the place of the study."""

    def create(self, study: Study) -> None:
        """Create a study, or resume an existing one under the settings of this one.

        Raises:
            UsageError: the storage is full.
        """

    def propose(self, trial: Trial, sampler_state: str) -> None:
        """Store a trial that is going to run, with the sampler's state (JSON text), both or neither.

        Raises:
            ValueError: its number is taken already.
        """

    def handed(self, number: int) -> None:
        """Note that a worker has a running trial: if the driver dies now, it is one of the trial's deaths."""

    def put_back(self, number: int) -> None:
        """Note that a worker has a running trial: if the driver dies now, it counts as one of its deaths."""

    def reported(self, number: int, curve: Curve) -> None:
        """Store the curve of a fit of a running trial after a new report.

        Reports survive the driver on return, and a report whose answer was to go on says so: a trial that
        runs again is answered as before as far as it had come, and replaces what it reported. Where each
        write waits for the disk, only stops survive the driver at once, with all that was reported before.

        Raises:
            ValueError: the trial is not running.
        """

    def ran(self, trial: Trial) -> None:
        """Store a running trial after another of its runs, with the curves of the first; durable on return.

        Until `handed` is called for its next run no worker has it, and its deaths are forgotten.

        Raises:
            ValueError: the trial is not running.
        """

    def add(self, trial: Trial, model: str | None = None) -> None:
        """Store a trial that has ended, and the relative path of its model; durable on return.

        Raises:
            ValueError: a trial with its number is stored already.
        """

    def confirm(self, confirmation: Confirmation) -> None:
        """Store a run of a trial again; durable on return."""

    def decide(self, maximize: bool) -> None:
        """Store whether more of the user's number is better, and judge the trials so far by it."""

    def reopen(self, number: int) -> None:
        """Make a failed trial run again with its values; its deaths are forgotten.

        Raises:
            ValueError: the trial has not failed.
        """

    def drop_model(self, number: int) -> None:
        """Note that the model of a trial is no longer kept; call this before its file is removed.

        Raises:
            ValueError: the trial has no model.
        """

    def check(self) -> None:
        """Check that files written now are found again.

        Raises:
            UsageError: the study is no longer in its place, and another search may write there.
        """

    @property
    def exists(self) -> bool:
        """True if a study exists."""

    @property
    def study(self) -> Study:
        """Study with the trials that have ended, in the order of their numbers."""

    @property
    def running(self) -> tuple[Trial, ...]:
        """Trials that were proposed and have not ended, in the same order."""

    @property
    def sampler_state(self) -> str:
        """Sampler's state at the last proposal; empty before the first."""

    def deaths(self, number: int) -> int:
        """Return the number of times that the driver died while a worker had this trial."""

    @property
    def models(self) -> dict[int, str]:
        """Relative paths of the kept models, by trial number."""

    def close(self) -> None:
        """Release open files and locks; safe to call twice. The study can still be read."""


class MemoryStorage:
    """Storage of a study for as long as the process lives.

    Args:
        earlier: returns the earlier trials of a resumed study, given its space; by default none.
    """

    def __init__(self, earlier: Callable[[tuple[Dimension, ...]], tuple[Trial, ...]] = lambda _: ()) -> None:
        self._record: Kept | None = None
        self._earlier = earlier

    def create(self, study: Study) -> None:
        """Start with the study and the earlier trials, or resume."""
        if self._record is None:
            self._record = Kept(replace(study, trials=self._earlier(study.space)))
        else:
            self._record = self._record.continued(study)

    @property
    def beginning(self) -> tuple[str, ...]:
        """Notes on what `create` did with what was in the place of the study."""
        return ()

    def had(self, space: tuple[Dimension, ...]) -> tuple[Trial, ...]:
        """Return the trials so far, unended ones last; before the study is created, the earlier trials.

        Args:
            space: space whose parameters the earlier trials get.
        """
        return (*self.study.trials, *self.running) if self.exists else self._earlier(space)

    def renew(self, kept: Kept) -> None:
        """Take the record of the study under changed code; `create` stores it."""
        self._record = kept

    def propose(self, trial: Trial, sampler_state: str) -> None:
        """Store a running trial."""
        self._record = self.kept.proposed(trial, sampler_state)

    def handed(self, number: int) -> None:
        """Check that the trial runs; nothing is stored, as nothing survives the driver."""
        self.kept.require_running(number)

    def put_back(self, number: int) -> None:
        """Check that the trial runs; there is nothing to take back."""
        self.kept.require_running(number)

    def reported(self, number: int, curve: Curve) -> None:
        """Keep the curve with the running trial."""
        self._record = self.kept.reported(number, curve)

    def ran(self, trial: Trial) -> None:
        """Keep a running trial with the runs that it has behind it."""
        self._record = self.kept.ran(trial)

    def add(self, trial: Trial, model: str | None = None) -> None:
        """Store a trial that has ended."""
        self._record = self.kept.added(trial, model)

    def confirm(self, confirmation: Confirmation) -> None:
        """Keep a run of a trial again."""
        self._record = self.kept.confirmed(confirmation)

    def decide(self, maximize: bool) -> None:
        """Judge the trials so far again."""
        self._record = self.kept.decided(maximize)

    def reopen(self, number: int) -> None:
        """Make a failed trial run again."""
        self._record = self.kept.reopened(number)

    def drop_model(self, number: int) -> None:
        """Forget a trial's model."""
        self._record = self.kept.without_model(number)

    def check(self) -> None:
        """Do nothing: memory cannot be moved away."""

    @property
    def exists(self) -> bool:
        """True if a study exists."""
        return self._record is not None

    @property
    def kept(self) -> Kept:
        """The whole record; ValueError before the study is created."""
        if self._record is None:
            raise ValueError("no study has been created")
        return self._record

    @property
    def study(self) -> Study:
        """Study with the trials that have ended."""
        return self.kept.study

    @property
    def running(self) -> tuple[Trial, ...]:
        """Trials that have not ended."""
        return self.kept.running

    @property
    def sampler_state(self) -> str:
        """Sampler's state at the last proposal."""
        return self.kept.sampler_state

    def deaths(self, number: int) -> int:
        """Return the deaths in the record: 0 for a driver that lives, else as it was read."""
        return self.kept.deaths.get(number, 0)

    @property
    def models(self) -> dict[int, str]:
        """Paths of the kept models, by trial number."""
        return dict(self.kept.models)

    def close(self) -> None:
        """Do nothing: there is nothing to release."""


def left_to_run(storage: Storage, max_evals: int) -> int:
    """Return an upper bound, at least 1, for the number of trials to run, before the space is known.

    Args:
        storage: storage, perhaps without a study yet.
        max_evals: total number of trials; pending ones run in any case.
    """
    if not storage.exists:
        return max(max_evals, 1)
    return max(max_evals - storage.study.evaluations, len(storage.running), 1)


def make_room(folder: Path) -> Path | None:
    """Rename anything at `folder` to the first free of ``.1``, ``.2``, ...; None if nothing is there."""
    if not os.path.lexists(folder):
        return None
    number = 1
    while os.path.lexists(aside := folder.with_name(f"{folder.name}.{number}")):
        number += 1
    folder.rename(aside)
    return aside


def check_room(folder: Path, template: Path, *, fresh: bool = False) -> None:
    """Check that a study can be created in `folder`, or is there, before a search spends time.

    Args:
        folder: folder for the study; other contents will be moved aside.
        template: file that must stay in its place.
        fresh: whether a study that is there will be, too.

    Raises:
        UsageError: moving it aside would move the template, the working folder or something that is not a
            study, or the folder cannot be created.
    """
    place = folder.resolve()
    for kept, name in ((Path.cwd(), "the working folder"), (template.resolve(), "the template")):
        if kept == place or place in kept.parents:
            raise UsageError(
                f"{folder} holds {name}, and a study needs a folder of its own; name another one"
            )
    if holds_study(folder) and not fresh:
        return
    if os.path.lexists(folder) and not _is_replaceable(folder):
        raise UsageError(f"{folder} exists and is not a study; name another folder with {{folder}}", "folder")
    parent = next(parent for parent in place.parents if parent.exists())
    if not parent.is_dir():
        raise UsageError(f"cannot create {folder}: {parent} is a file")
    if not os.access(parent, os.W_OK | os.X_OK):
        reason = errno.EROFS if os.statvfs(parent).f_flag & os.ST_RDONLY else errno.EACCES
        raise UsageError(f"cannot create {folder}: {os.strerror(reason)}")


def _is_replaceable(folder: Path) -> bool:
    """Tell whether a study may replace a folder: the folder is named like a study, holds one, or is empty."""
    if folder.suffix == SUFFIX:
        return True
    return folder.is_dir() and (holds_study(folder) or not any(folder.iterdir()))
