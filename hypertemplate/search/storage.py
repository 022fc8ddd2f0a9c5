"""Where a study's trials are kept: in memory, or as one JSON file in the study's folder."""

from __future__ import annotations

import errno
import functools
import json
import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from hypertemplate.errors import UsageError
from hypertemplate.search.study import Study, Trial

FILE = "trials.json"

SUFFIX = ".study"
"""What a study's folder is named with where the user names none."""


class Storage(Protocol):
    """Keeps one study."""

    def create(self, study: Study) -> None:
        """Begin with a study that has no trials yet.

        Raises:
            UsageError: there is no room for it.
        """

    def add(self, trial: Trial) -> None:
        """Keep a finished trial; when this returns, it is kept for good.

        Raises:
            ValueError: a trial with its number is kept already.
            UsageError: it could not be written.
        """

    @property
    def study(self) -> Study:
        """What is kept, its trials in the order of their numbers."""

    def close(self) -> None:
        """Release what the storage holds open; safe to call twice."""


class MemoryStorage:
    """Keeps a study for as long as the process lives."""

    def __init__(self) -> None:
        self._study: Study | None = None

    def create(self, study: Study) -> None:
        """Begin with a study that has no trials yet."""
        self._study = study

    def add(self, trial: Trial) -> None:
        """Keep a finished trial."""
        self._study = with_trial(self.study, trial)

    @property
    def study(self) -> Study:
        """What is kept."""
        if self._study is None:
            raise ValueError("no study has been created")
        return self._study

    def close(self) -> None:
        """There is nothing to release."""


class JsonStorage:
    """Writes ``trials.json`` anew after each trial, so that it is whole at any moment.

    Args:
        folder: the study's own folder. One that is there already is moved aside when the study is
            created, to the same name with ``.1``, ``.2``, ... appended.
        program: the text of ``program.py``, which is written beside it.

    Attributes:
        folder: as given.
        moved_to: where the folder that was there already is now, or None.
    """

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder
        self.moved_to: Path | None = None
        self._program = program
        self._memory = MemoryStorage()
        # By its descriptor the folder stays ours even if another search moves it aside.
        self._descriptor: int | None = None

    def create(self, study: Study) -> None:
        """Make the folder and write the study without trials."""
        try:
            self.moved_to = make_room(self.folder)
            self.folder.mkdir(parents=True)
            self._descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise _cannot_write(self.folder, error) from error
        self._write("program.py", self._program)
        self._write(FILE, to_json(study))
        self._memory.create(study)

    def add(self, trial: Trial) -> None:
        """Write the study with one more trial."""
        study = with_trial(self.study, trial)
        self._write(FILE, to_json(study))
        self._memory.create(study)

    @property
    def study(self) -> Study:
        """What is kept."""
        return self._memory.study

    def close(self) -> None:
        """Let the folder go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write(self, name: str, text: str) -> None:
        """Write a file of the folder so that at any moment the old text or the new is there, whole."""
        folder, new = self._descriptor, f".{name}.new"
        try:
            # A lone surrogate, which no encoding has, becomes an escape that JSON and Python read back.
            with open(
                new,
                "w",
                encoding="utf-8",
                errors="backslashreplace",
                newline="\n",
                opener=functools.partial(os.open, mode=0o666, dir_fd=folder),
            ) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError as error:
            raise _cannot_write(self.folder / name, error) from error


def with_trial(study: Study, trial: Trial) -> Study:
    """The study with one more trial; ValueError if its number is taken."""
    if any(kept.number == trial.number for kept in study.trials):
        raise ValueError(f"trial {trial.number} is kept already")
    return replace(study, trials=tuple(sorted((*study.trials, trial), key=lambda kept: kept.number)))


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
        raise UsageError(f"{folder}: is there already, and is no study; name another one with --study")
    parent = next(parent for parent in place.parents if parent.exists())
    if not parent.is_dir():
        raise UsageError(f"{folder}: cannot be written: {parent} is a file")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise UsageError(f"{folder}: cannot be written: {os.strerror(errno.EACCES)}")


def _is_replaceable(folder: Path) -> bool:
    """Whether a study may take a folder's place: it is named like a study, holds one, or nothing at all."""
    if folder.suffix == SUFFIX:
        return True
    return folder.is_dir() and ((folder / FILE).exists() or not any(folder.iterdir()))


def to_json(study: Study) -> str:
    """The text of ``trials.json``; values as people see them, and neither NaN nor Infinity."""
    best = study.best
    data = {
        "study": {
            "name": study.name,
            "template": study.template,
            "digest": study.digest,
            "seed": study.seed,
            "algorithm": study.algorithm,
            "max_evals": study.max_evals,
            "objective": study.objective,
            "direction": "maximize" if study.maximize else "minimize",
            "set": list(study.frozen),
            "versions": study.versions,
        },
        "best": None if best is None else _trial(study, best),
        "trials": [_trial(study, trial) for trial in study.trials],
    }
    return json.dumps(_finite(data), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _trial(study: Study, trial: Trial) -> dict[str, Any]:
    return {
        "number": trial.number,
        "state": trial.state.value,
        "loss": trial.loss,
        "params": study.values(trial.params),
        "unused": list(trial.unused),
        "metrics": trial.metrics,
        "started_at": trial.started_at,
        "duration_s": trial.duration_s,
        "worker": trial.worker,
        "error": trial.error,
    }


def _finite(value: Any) -> Any:
    """`value` with null in place of the numbers that JSON does not have."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {key: _finite(item) for key, item in value.items()}
        case list():
            return [_finite(item) for item in value]
        case _:
            return value


def _cannot_write(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path}: cannot be written: {error.strerror or error}")
