"""Reader of a study's database: while it is written, on a read-only disk, or damaged."""

from __future__ import annotations

import difflib
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypertemplate.errors import UsageError
from hypertemplate.runtime.process import temporary_folders
from hypertemplate.search.generations.generation import Generation
from hypertemplate.search.storage.lock import has_locks
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.rows import (
    loaded,
    row_confirmation,
    row_curve,
    row_generations,
    row_report,
    row_run,
    row_study,
    row_trial,
    text,
)
from hypertemplate.search.study import Confirmation, Curve, Report, Trial, TrialRun, TrialState

FILE = "study.db"
"""Name of the database in a study's folder."""

SUFFIX = ".study"
"""Suffix of a study's folder if the user does not name one."""

MOST_NEAR = 9
"""Most names like that of a study that is not there, among which one is looked for."""

VERSION = 4
"""The ``user_version`` of ``templates/schema.sql``."""

_FITS_1 = "(SELECT DISTINCT trial, 0 AS fit, NULL AS epochs, 'epoch' AS unit FROM epoch)"
_REPORTS_1 = "(SELECT trial, 0 AS fit, epoch AS step, epoch, NULL AS seconds, metrics, '' AS stop FROM epoch)"
"""Tables of format 1 as those of format 2."""

APPLICATION_ID = int.from_bytes(b"HTst", "big")

MALFORMED = "some of its pages are malformed"

MAX_BYTES = 2**30
"""Largest file that is completed: its size in the header may be damaged too."""

BUSY_S = 60.0
"""Seconds to wait for other processes; with a write-ahead log none has to wait."""


class UnreadableError(UsageError):
    """Failure to find anything of a study in its place."""


def holds_study(folder: Path) -> bool:
    """Tell whether a folder has a study's database, complete or not."""
    return (folder / FILE).exists()


def absent(folder: Path) -> str:
    """Say that no study is in a folder, and name the one beside it that may be meant."""
    what = f" is not a study: it has no {FILE}" if folder.exists() else ": no such study"
    meant = folder.with_name(f"{folder.name}{SUFFIX}") if folder.name else folder
    near = meant if holds_study(meant) else _nearest(folder)
    return f"{folder}{what}" + (f"; did you mean {near}?" if near is not None else "")


def _nearest(folder: Path) -> Path | None:
    """Return the study beside a folder whose name is most like the folder's; None if none is."""
    try:
        beside = [one for one in folder.parent.iterdir() if one.name != folder.name]
    except OSError:  # no such folder, or one that may not be listed: there is nothing to propose
        return None
    names = {one.name.removesuffix(SUFFIX): one.name for one in beside}
    near = difflib.get_close_matches(folder.name.removesuffix(SUFFIX), names, n=MOST_NEAR)
    return next(filter(holds_study, (folder.with_name(names[name]) for name in near)), None)


def read_study(folder: Path) -> Kept:
    """Read the record in a study's folder, without a lock or a change there.

    From a damaged database it has everything readable, and `Kept.damage` names the defect.

    Raises:
        UsageError: the folder has no study, or nothing of it can be read.
    """
    path = folder / FILE
    if not path.exists():
        raise UsageError(absent(folder))
    try:
        try:
            return _read(path, _how(path))
        except sqlite3.DatabaseError as error:
            if "locked" in str(error) or "not a database" in str(error):
                raise
            # Neither a log that a search left nor a truncated file can be read without a write: use a copy.
            return _read_copy(path)
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise UnreadableError(f"{path} is not a database; it was left as it is") from error
        if not isinstance(error, sqlite3.OperationalError):
            raise _damaged(path, MALFORMED) from error
        raise UsageError(f"{path}: cannot be read: {error}") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error


def whole_study(folder: Path) -> Kept:
    """Read the record in a study's folder, of which nothing may be missing.

    Raises:
        UsageError: the folder has no study, or not all of it can be read.
    """
    kept = read_study(folder)
    if kept.damage:
        raise UsageError(
            f"{folder} is damaged ({kept.damage}); hypertemplate show {folder} lists what can be read of it"
        )
    return kept


def connected(path: Path, how: str) -> sqlite3.Connection:
    """Open a connection without implicit transactions; `how` is the query of SQLite's URI.

    Where the file system has no locks SQLite uses none: one search at a time writes, by the lock of its own.
    """
    how += "" if has_locks(path.parent) else "&nolock=1"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, timeout=BUSY_S
    )


def _how(path: Path) -> str:
    """Choose a way to open a database so that reading it leaves nothing in its folder."""
    with open(path, "rb") as file:
        header = file.read(100)
    if not header:
        raise _damaged(path, "it is empty")
    has_log = path.with_name(f"{FILE}-wal").exists()
    # Even to read, SQLite would create a log for a database that uses one and has none.
    return "immutable=1" if header[18:19] == b"\x02" and not has_log else "mode=ro"


def _read_copy(path: Path) -> Kept:
    with tempfile.TemporaryDirectory(prefix=temporary_folders.prefix()) as folder:
        for name in (FILE, f"{FILE}-wal", f"{FILE}-journal"):
            source = path.with_name(name)
            if source.exists():
                shutil.copyfile(source, Path(folder, name))
        copy = Path(folder, FILE)
        _complete(copy)
        return _read(copy, "mode=rw", path)


def _complete(path: Path) -> None:
    """Append empty pages to a file that has too few: SQLite then reads the pages before them."""
    with open(path, "r+b") as file:
        header = file.read(32)
        size = int.from_bytes(header[16:18], "big") * int.from_bytes(header[28:32], "big")
        if path.stat().st_size < size <= MAX_BYTES:
            file.truncate(size)


def _read(place: Path, how: str, name: Path | None = None) -> Kept:
    """Read the record in the database at `place`; messages call it `name`."""
    path = name or place
    with closing(connected(place, how)) as connection:
        connection.text_factory = bytes  # a damaged cell may not be text
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN")
        _check_kind(connection, path)
        try:
            return _kept(connection)
        except (ValueError, TypeError, LookupError) as error:
            raise _damaged(path, "its settings cannot be understood") from error


def _damaged(path: Path, why: str) -> UnreadableError:
    return UnreadableError(f"{path} is damaged ({why}), and nothing of it can be read; it was left as it is")


def _check_kind(connection: sqlite3.Connection, path: Path) -> None:
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if application != APPLICATION_ID:
        raise UnreadableError(f"{path} is a database, but holds no study; it was left as it is")
    if version > VERSION:
        raise UsageError(
            f"{path} was written by a newer version of hypertemplate (format {version}, and this one knows "
            f"up to {VERSION}); update hypertemplate"
        )


def _kept(connection: sqlite3.Connection) -> Kept:
    row = connection.execute("SELECT * FROM study").fetchone()
    found = _Tables(connection)
    generations = found.generations(row)
    study = row_study(row, generations[-1])
    trials = found.trials()
    ended = [trial for trial in trials if trial.state is not TrialState.RUNNING]
    return Kept(
        study=replace(
            study,
            trials=tuple(trial for trial in ended if not trial.left_out),
            left_out=tuple(trial for trial in ended if trial.left_out),
            confirmations=found.confirmations(),
        ),
        running=tuple(trial for trial in trials if trial.state is TrialState.RUNNING),
        sampler_state=text(row["sampler_state"]),
        deaths=found.deaths,
        models={row["trial"]: text(row["path"]) for row in found.rows("model", "trial")},
        generations=generations,
        options=loaded(row["options"]),
        damage=found.damage,
    )


class _Tables:
    """Tables besides the study's own, as far as they can be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.deaths: dict[int, int] = {}
        self.damage = ""
        self._connection = connection
        try:
            whole = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == b"ok"
        except sqlite3.DatabaseError:
            whole = False
        if not whole:
            self.damage = MALFORMED
        self._version: int = connection.execute("PRAGMA user_version").fetchone()[0]

    def rows(self, table: str, key: str) -> list[Mapping[str, Any]]:
        """Return the rows in the order of their keys; of a damaged table, those around the damage."""
        found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
        for order in ("ASC", "DESC"):
            keys = key.split(", ")
            query = f"SELECT * FROM {table} ORDER BY {', '.join(f'{k} {order}' for k in keys)}"
            try:
                for row in self._connection.execute(query):
                    found[tuple(row[k] for k in keys)] = row
                break
            except sqlite3.DatabaseError:
                self.damage = MALFORMED
        return [found[place] for place in sorted(found)]

    def generations(self, study: Mapping[str, Any]) -> tuple[Generation, ...]:
        """Return all generations; before format 3, the row of the study is the one that there is."""
        rows = self.rows("generation", "number") if self._version > 2 else [study]
        return row_generations(rows)

    def trials(self) -> list[Trial]:
        """Return all trials, with their curves."""
        curves, runs = self._curves(), self._runs()
        trials = []
        for row in self.rows("trial", "number"):
            number = row["number"]
            try:
                trials.append(row_trial(row, curves.get(number, ()), runs.get(number, ())))
                self.deaths[row["number"]] = row["deaths"]
            except (ValueError, TypeError, LookupError):
                self.damage = f"trial {row['number']} cannot be understood"
        return trials

    def confirmations(self) -> tuple[Confirmation, ...]:
        """Return the runs of trials again; before format 4, there are none."""
        found = []
        for row in self.rows("confirmation", "generation, trial, run") if self._version > 3 else ():
            try:
                found.append(row_confirmation(row))
            except (ValueError, TypeError, LookupError):
                self.damage = f"a run of trial {row['trial']} again cannot be understood"
        return tuple(found)

    def _runs(self) -> dict[int, tuple[TrialRun, ...]]:
        """Return the runs of the trials that have several; before format 4, none has."""
        found: dict[int, tuple[TrialRun, ...]] = {}
        for row in self.rows("run", "trial, run") if self._version > 3 else ():
            try:
                found[row["trial"]] = (*found.get(row["trial"], ()), row_run(row))
            except (ValueError, TypeError, LookupError):
                self.damage = f"a run of trial {row['trial']} cannot be understood"
        return found

    def _curves(self) -> dict[int, tuple[Curve, ...]]:
        """Return the curves of the fits of each trial; of format 1 those of the last fits."""
        fits, reports = ("fit", "report") if self._version > 1 else (_FITS_1, _REPORTS_1)
        found: dict[tuple[int, int], list[Report]] = {}
        begun = {(row["trial"], row["fit"]): row_curve(row) for row in self.rows(fits, "trial, fit")}
        for row in self.rows(reports, "trial, fit, step"):
            try:
                found.setdefault((row["trial"], row["fit"]), []).append(row_report(row))
            except ValueError:
                self.damage = f"an epoch of trial {row['trial']} cannot be understood"
        curves: dict[int, tuple[Curve, ...]] = {}
        for trial, fit in sorted(begun.keys() | found.keys()):
            curve = begun.get((trial, fit), Curve(fit))
            whole = replace(curve, reports=tuple(found.get((trial, fit), ())))
            curves[trial] = (*curves.get(trial, ()), whole)
        return curves
