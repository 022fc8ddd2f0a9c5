"""Models of trials that are kept while a search runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from hypertemplate.search.storage.base import Storage
from hypertemplate.search.storage.study_files import cannot_write
from hypertemplate.search.study import Trial, TrialState

MODELS = "models"
"""Name of the folder of the models in a study's folder."""


class ModelKeeper(Protocol):
    """Keeper of the models that trials return."""

    def place(self, trial: Trial) -> str | None:
        """Return the path for the model of a trial that has just ended, or None if it is not wanted."""

    def saved(self, trial: Trial, path: str) -> None:
        """Take note that the model of a trial was saved."""

    def lost(self, trial: Trial) -> None:
        """Take note that a trial has ended without a kept model."""

    def unsaved(self, number: int, reason: str) -> None:
        """Take note of the reason why the model of a trial, which ends now, could not be saved."""


class NoModels:
    """`ModelKeeper` that keeps none."""

    def place(self, trial: Trial) -> None:
        """Return None: no model is wanted."""

    def saved(self, trial: Trial, path: str) -> None:
        """Do nothing; never called."""

    def lost(self, trial: Trial) -> None:
        """Do nothing: no trial has a kept model."""

    def unsaved(self, number: int, reason: str) -> None:
        """Do nothing; never called."""


class BestModels:
    """`ModelKeeper` of the trials with the lowest losses; of equals, the earliest.

    Args:
        count: number of models, at least 1.
        path: returns the place of a trial's model, by its number.
        discard: removes the model at a place.
        counts: tells whether a trial can be the best one.

    Attributes:
        kept: pairs of a trial and the place of its model, the best first.
        reasons: reasons by trial number why models could not be saved.
    """

    def __init__(
        self,
        count: int,
        path: Callable[[int], str],
        discard: Callable[[str], None],
        counts: Callable[[Trial], bool],
    ) -> None:
        self.kept: list[tuple[Trial, str]] = []
        self.reasons: dict[int, str] = {}
        self._count = count
        self._path = path
        self._discard = discard
        self._counts = counts

    def missing(self, trial: Trial) -> str:
        """Say why the model of a trial is not kept, if another reason than its code is known."""
        reason = self.reasons.get(trial.number)
        if reason is not None:
            return f"the model of trial {trial.number} could not be saved: {reason}"
        return not_kept(trial, [kept for kept, _ in self.kept], self._count)

    def place(self, trial: Trial) -> str | None:
        """Return the place for the model; None if enough better ones are kept, or the trial has no loss."""
        if not self._counts(trial):
            return None
        better = [kept for kept, _ in self.kept if _rank(kept) < _rank(trial)]
        return self._path(trial.number) if len(better) < self._count else None

    def saved(self, trial: Trial, path: str) -> None:
        """Keep the model, and discard those that are no longer among the best."""
        self.kept = sorted([*self.kept, (trial, path)], key=lambda pair: _rank(pair[0]))
        self._let_go()

    def lost(self, trial: Trial) -> None:
        """Do nothing: there is no model to keep."""

    def unsaved(self, number: int, reason: str) -> None:
        """Keep the reason."""
        self.reasons[number] = reason

    def _let_go(self) -> None:
        """Discard the models that are no longer among the best."""
        for _, worse in self.kept[self._count :]:
            self._discard(worse)
        del self.kept[self._count :]


class FolderModels(BestModels):
    """Models in a study's folder: ``models/trial-0007.keras``; that of the best trial is ``best.keras``.

    If the best trial has no model that could be kept there is no ``best.keras``, so that no other model is
    mistaken for it.

    The storage knows of a model before another one is removed, and of a removal before it happens: at any
    moment the files that it names exist. `take_over` repairs what else a death leaves.

    Args:
        count: number of models, at least 1.
        folder: the study's own folder.
        storage: storage of the study, which may have models already.
        forget: is told the path of a model that is removed.
    """

    def __init__(
        self,
        count: int,
        folder: Path,
        storage: Storage,
        forget: Callable[[str], object] = lambda path: None,
    ) -> None:
        super().__init__(count, self._path_of, self._remove, lambda trial: storage.study.counts(trial))
        self._folder = folder
        self._storage = storage
        self._forget = forget

    @property
    def note(self) -> str:
        """Reason for a missing best model although trials return models; else an empty string."""
        best = self._storage.study.best
        numbers = [trial.number for trial, _ in self.kept]
        if best is None or best.number in numbers:
            return ""
        if self.kept:
            place = Path(self.kept[0][1])
            return (
                f"there is no best{place.suffix}: the model of trial {best.number}, the best, was not saved; "
                f"the best saved model is that of trial {numbers[0]}, {MODELS}/{place.name}"
            )
        reason = self.reasons.get(best.number)
        return f"the model of trial {best.number}, the best, could not be saved: {reason}" if reason else ""

    def take_over(self) -> None:
        """Take over the models of a resumed study, and finish the unfinished work of a driver that died.

        Raises:
            UsageError: the folder cannot be written.
        """
        for number, place in self._storage.models.items():
            if not (self._folder / place).exists():  # it was removed, or the database alone was copied
                self._storage.drop_model(number)
        models = {str(self._folder / path): number for number, path in self._storage.models.items()}
        for path in (self._folder / MODELS).glob("*trial-*"):
            if str(path) not in models:  # saved by a trial that was never stored
                delete_model(path)
        counting = {trial.number: trial for trial in self._storage.study.trials}
        known = ((counting[number], path) for path, number in models.items() if number in counting)
        self.kept = sorted(known, key=lambda pair: _rank(pair[0]))
        self._let_go()
        self._renew()

    def saved(self, trial: Trial, path: str) -> None:
        """Keep the model, discard those that are no longer among the best, and update the best one."""
        super().saved(trial, path)
        if self.kept[0][0].number == trial.number:
            self._renew()

    def lost(self, trial: Trial) -> None:
        """Remove the best model if this trial is better than all trials with models."""
        if self._counts(trial) and self.kept and _rank(trial) < _rank(self.kept[0][0]):
            self._renew()

    def _renew(self) -> None:
        """Put the best model in its place: a second name of the same file, if the file system has links."""
        best_trial = self._storage.study.best
        if best_trial is None or not self.kept or self.kept[0][0].number != best_trial.number:
            for old in self._folder.glob("best.*"):
                delete_model(old)
            return
        model = Path(self.kept[0][1])
        best = self._folder / f"best{model.suffix}"
        new = best.with_name(f".{best.name}.new")
        delete_model(new)
        # Renaming one name of a file to another name of it does nothing.
        if not (best.exists() and best.samefile(model)):
            try:
                _link_or_copy(model, new)
            except OSError as error:
                raise cannot_write(best, error) from error
            if best.is_dir():
                delete_model(best)
            new.replace(best)
        for old in self._folder.glob("best.*"):
            if old != best:
                delete_model(old)

    def _path_of(self, number: int) -> str:
        return str(self._folder / MODELS / f"trial-{number:04}.keras")

    def _remove(self, path: str) -> None:
        number = int(Path(path).stem.rpartition("-")[2])
        self._storage.drop_model(number)
        delete_model(Path(path))
        self._forget(path)


def not_kept(trial: Trial, kept: Sequence[Trial], count: int) -> str:
    """Say why a search has kept no model of a trial, whatever its code returned; else return an empty text.

    Args:
        trial: trial that has ended.
        kept: trials whose models are kept.
        count: number of models that the search keeps.
    """
    ended = {TrialState.FAILED: "it failed", TrialState.PRUNED: "it was pruned"}.get(trial.state)
    if ended is not None:
        return f"trial {trial.number} has no model: {ended}"
    if len(kept) < count or any(_rank(trial) < _rank(other) for other in kept):
        return ""
    which = "only the best one is" if count == 1 else f"only the best {count} are"
    return (
        f"the model of trial {trial.number} was not kept: {which}; to keep more, search with --keep-models N"
    )


def returned_none(number: int, function: str | None) -> str:
    """Say why a trial has no model, and what to write.

    Args:
        number: number of the trial.
        function: name of the model function; None for a script.
    """
    if function is None:
        return (
            f"trial {number} has no model: its code ran no Keras fit, whose model would be kept; another "
            "model is kept where a model function returns it, as in return {'loss': loss, 'model': model}"
        )
    returned = "return {'loss': loss, 'model': network}"
    return f"trial {number} has no model: {function}() returned none under 'model'; write {returned}"


def _link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name; copy a folder, or a file on a file system without links."""
    if source.is_dir():
        shutil.copytree(source, target)
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def delete_model(path: Path) -> None:
    """Remove a file or a folder, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _rank(trial: Trial) -> tuple[float, int]:
    assert trial.loss is not None
    return trial.loss, trial.number
