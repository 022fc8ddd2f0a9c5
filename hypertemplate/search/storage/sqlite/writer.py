"""Study in SQLite: one search at a time writes ``study.db`` in the study's folder, and resumes from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from importlib import resources
from pathlib import Path

from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import UsageError
from hypertemplate.search.generations.generation import Generation
from hypertemplate.search.resume import check_space
from hypertemplate.search.storage.base import MemoryStorage, make_room
from hypertemplate.search.storage.lock import FILE as LOCK
from hypertemplate.search.storage.lock import Lock, lock
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.reader import (
    FILE,
    UnreadableError,
    connected,
    holds_study,
    read_study,
)
from hypertemplate.search.storage.sqlite.rows import (
    ADDED,
    Row,
    cell,
    confirmation_row,
    curve_rows,
    dumped,
    generation_row,
    judged_row,
    kept_row,
    result_row,
    run_row,
    trial_row,
)
from hypertemplate.search.storage.study_files import (
    Identity,
    begin_folder,
    copy_whole,
    first_gone,
    free_bytes,
    identities,
    network_type,
    sync_folder,
    write_whole,
)
from hypertemplate.search.study import Confirmation, Curve, Study, Trial

PROGRAM = "program.py"

NO_ROOM_BYTES = 2**17
"""Free bytes below which an error counts as a full disk; SQLite itself says so for some files only."""

_NEW = f".{FILE}.new"
"""Name of a database until it is complete."""

_LEFT = frozenset({LOCK, _NEW, f"{_NEW}-journal"})
"""Files that a search leaves if it dies while it creates a study."""


class SqliteStorage(MemoryStorage):
    """Storage of a study in a folder of its own, which no other search can write meanwhile.

    An existing study is read at once, so that it can be examined before it is resumed: only the deaths of its
    driver are changed until `create`. A new study makes its folder in `create`; anything there that is not a
    study, or any study if `fresh` is set, is then moved aside.

    Args:
        folder: the study's own folder.
        program: text of ``program.py``, which is stored, and written beside the database.
        options: options of the search, as JSON values; stored with the study by `create`.
        source: source of the program, which is stored once for all trials that ran it; None for none.
        fresh: whether to start a new study in any case.
        lasting: whether the study survives the machine; else it survives this process, without waiting for
            the disk or ``program.py``, and reports of running trials are written with stops only.

    Attributes:
        folder: as given.
        options: as given.
        moved_to: new place of the folder that existed already, or None.
        notes: notes for the user on the storage of the study; complete once the study exists.
        when_adopted: called once the folder has the trials and the models of another study.

    Raises:
        UsageError: another search writes the study, or it cannot be read completely, or cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        program: str = "",
        options: Mapping[str, object] | None = None,
        *,
        source: Source | None = None,
        fresh: bool = False,
        lasting: bool = True,
    ) -> None:
        super().__init__()
        self.folder = folder
        self.moved_to: Path | None = None
        self.notes: tuple[str, ...] = ()
        self._program = program
        self._source = source
        self.options = dict(options or {})
        self._lasting = lasting
        self._path = folder / FILE
        self._lock: Lock | None = None
        self._connection: sqlite3.Connection | None = None
        self._files: dict[Path, Identity] = {}
        self._has_log = False
        self._synchronous = ""
        self._unwritten: list[tuple[Row, Row]] = []
        self._is_renewed = False
        self._adopted: Path | None = None
        self.when_adopted: Callable[[], None] = lambda: None
        if holds_study(folder):
            self._lock = lock(folder)
            if not fresh:
                self._abandoned_on_failure(self._open)

    @property
    def beginning(self) -> tuple[str, ...]:
        """Notes on the folder that was moved aside, and on its file system."""
        moved = () if self.moved_to is None else (f"what was in {self.folder} is now in {self.moved_to}",)
        return (*moved, *self.notes)

    def check(self) -> None:
        """Check that the open files are still those in the folder."""
        gone = first_gone(self._files)
        if gone is not None:
            raise UsageError(
                f"{gone} was removed, moved or replaced while this search was running; the search ends, "
                "since it can store no more trials; another search may be writing there now"
            )

    def create(self, study: Study) -> None:
        """Create the study, or resume the existing one under these settings.

        Raises:
            UsageError: it has another search space than the existing study; or as for all methods that write.
        """
        if self._record is not None:
            check_space(self.study, study.space, str(self.folder))
        new = Kept(replace(study, trials=())) if self._record is None else self._record.continued(study)
        new = replace(new, generations=self._generations(new), options=self.options)
        adopted = self._adopted
        if adopted is not None:
            counting = {trial.number for trial in new.study.trials}
            new = replace(new, models={n: path for n, path in new.models.items() if n in counting})
        if self._record is None or adopted is not None:
            self._abandoned_on_failure(lambda: self._begin(new))
        else:
            with self._transaction() as connection:
                _put(connection, "study", kept_row(new), key="id")
                _put(
                    connection,
                    "generation",
                    generation_row(new.generations[-1], new.generations),
                    key="number",
                )
                if self._is_renewed:
                    _write_judged(connection, new)
        self._record = new
        self._is_renewed, self._adopted = False, None
        if self._lasting:
            write_whole(self.folder / PROGRAM, self._program)
        if adopted is not None:
            self.when_adopted()

    def renew(self, kept: Kept) -> None:
        """Take the record of the study under changed code; nothing of it is written before `create`."""
        super().renew(kept)
        self._is_renewed = True

    @property
    def is_adopted(self) -> bool:
        """True if it has the trials of another study, and no folder yet."""
        return self._adopted is not None

    def adopt(self, kept: Kept, folder: Path) -> None:
        """Begin with the trials of another study that have ended; nothing is written before `create`.

        Args:
            kept: record of the other study.
            folder: its folder, whose models `create` copies.
        """
        models = {number: path for number, path in kept.models.items() if (folder / path).exists()}
        self.renew(replace(kept, running=(), deaths={}, models=models))
        self._adopted = folder

    def _generations(self, new: Kept) -> tuple[Generation, ...]:
        """Return the code of all trials, the present code last."""
        study = new.study
        earlier = tuple(code for code in new.generations if code.number < study.generation)
        begun = next((code.source for code in new.generations[len(earlier) :]), None)
        source = self._source if begun is None else begun  # of one meaning; the first one ran
        code = Generation(
            study.generation, study.digest, study.space, source, self._program, study.versions, study.files
        )
        return (*earlier, code)

    def propose(self, trial: Trial, sampler_state: str) -> None:
        """Write the trial and the sampler's state in one transaction."""
        after = self.kept.proposed(trial, sampler_state)
        with self._transaction(durable=False) as connection:
            _put(connection, "trial", trial_row(trial, self.study.space), key="number")
            connection.execute("UPDATE study SET sampler_state = ?", (cell(sampler_state),))
        self._record = after

    def handed(self, number: int) -> None:
        """Write that a worker has the trial."""
        self._mark(number, 1)

    def put_back(self, number: int) -> None:
        """Write that no worker has the trial."""
        self._mark(number, 0)

    def ran(self, trial: Trial) -> None:
        """Write the last run of the trial and, after the first, its curves, in one transaction."""
        after = self.kept.ran(trial)
        with self._transaction() as connection:
            connection.execute("UPDATE trial SET handed = 0, deaths = 0 WHERE number = ?", (trial.number,))
            _put_parts(connection, trial)
        self._forget_unwritten(trial.number)
        self._record = after

    def add(self, trial: Trial, model: str | None = None) -> None:
        """Write the trial, its curves and the relative path of its model in one transaction."""
        if model is not None and Path(model).is_absolute():
            model = str(Path(model).relative_to(self.folder.resolve()))
        after = self.kept.added(trial, model)
        with self._transaction() as connection:
            _put(connection, "trial", {**trial_row(trial, self.study.space), "handed": 0}, key="number")
            _put_parts(connection, trial)
            if model is not None:
                _put(connection, "model", {"trial": trial.number, "path": cell(model)}, key="trial")
        self._forget_unwritten(trial.number)
        self._record = after

    def reported(self, number: int, curve: Curve) -> None:
        """Write the last report of the curve; without a log, where each write waits for the disk, only stops.

        A stop is written with all reports that have not been written before.
        """
        after = self.kept.reported(number, curve)
        fit, (report,) = curve_rows(number, replace(curve, reports=curve.reports[-1:]))
        self._unwritten.append((fit, report))
        if (self._has_log and self._lasting) or curve.reports[-1].stop:
            with self._transaction(durable=False) as connection:
                for fit, report in self._unwritten:
                    _put(connection, "fit", fit, key="trial, fit")
                    _put(connection, "report", report, key="trial, fit, step")
            self._unwritten.clear()
        self._record = after

    def _forget_unwritten(self, number: int) -> None:
        """Forget the reports of a trial that were held back: its curves have been written."""
        self._unwritten = [(fit, report) for fit, report in self._unwritten if fit["trial"] != number]

    def confirm(self, confirmation: Confirmation) -> None:
        """Write the run in one transaction."""
        after = self.kept.confirmed(confirmation)
        with self._transaction() as connection:
            _put(connection, "confirmation", confirmation_row(confirmation), key="generation, trial, run")
        self._record = after

    def decide(self, maximize: bool) -> None:
        """Write the direction, and the trials as they are with it, in one transaction."""
        after = self.kept.decided(maximize)
        if self._is_renewed:
            self._record = after
            return
        with self._transaction() as connection:
            connection.execute("UPDATE study SET maximize = ?", (int(maximize),))
            for trial in (*after.study.trials, *after.study.left_out):
                _change(connection, result_row(trial))
        self._record = after

    def add_options(self, options: Mapping[str, object]) -> None:
        """Write options of the study that are known after it has begun, or where no trial runs."""
        after = replace(self.kept, options={**self.kept.options, **options})
        with self._transaction() as connection:
            connection.execute("UPDATE study SET options = ?", (dumped(after.options),))
        self._record = after

    def reopen(self, number: int) -> None:
        """Rewrite the trial as a running one."""
        after = self.kept.reopened(number)
        if self._is_renewed:
            self._record = after
            return
        (again,) = (trial for trial in after.running if trial.number == number)
        with self._transaction() as connection:
            connection.execute("DELETE FROM trial WHERE number = ?", (number,))
            _put(connection, "trial", trial_row(again, self.study.space), key="number")
        self._record = after

    def drop_model(self, number: int) -> None:
        """Delete the record of a trial's model."""
        after = self.kept.without_model(number)
        with self._transaction() as connection:
            connection.execute("DELETE FROM model WHERE trial = ?", (number,))
        self._record = after

    def close(self) -> None:
        """Merge the log into the database, and release the folder."""
        if self._connection is not None:
            # A log that cannot be merged, on a full disk or with another reader, is read as it is.
            with suppress(sqlite3.OperationalError):
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._connection.close()
            self._connection = None
            self._files = {}
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _abandoned_on_failure(self, step: Callable[[], None]) -> None:
        """Do a step; if it fails, release the folder so that the next search still learns of a death."""
        try:
            step()
        except BaseException:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            if self._lock is not None:
                self._lock.release(as_found=True)
                self._lock = None
            raise

    def _open(self) -> None:
        """Read the existing study, and count a death of its driver."""
        fresh = "{fresh} moves it aside and starts a new study"
        try:
            kept = read_study(self.folder)
        except UnreadableError as error:
            raise UsageError(f"{error.text}; {fresh}", "fresh") from error
        if kept.damage:
            count = len(kept.study.trials)
            raise UsageError(
                f"{self._path} is damaged ({kept.damage}); {count} of its trials can be read "
                f"(hypertemplate show {self.folder}). It was left as it is; {fresh}",
                "fresh",
            )
        self._connect()
        self._record = kept
        assert self._lock is not None
        with self._transaction() as connection:
            if connection.execute("PRAGMA user_version").fetchone() == (1,):
                _to_version_2(connection)
            for table, name, kind in ADDED:
                columns = {column[1] for column in connection.execute(f"PRAGMA table_info({table})")}
                if name not in columns:
                    connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
            if connection.execute("PRAGMA user_version").fetchone() == (2,):
                _to_version_3(connection)
            if connection.execute("PRAGMA user_version").fetchone() == (3,):
                _to_version_4(connection)
            if self._lock.died:
                connection.execute("UPDATE trial SET deaths = deaths + 1 WHERE handed AND state = 'RUNNING'")
            connection.execute("UPDATE trial SET handed = 0 WHERE handed")
            deaths = connection.execute("SELECT number, deaths FROM trial WHERE deaths").fetchall()
        self._record = replace(kept, deaths=dict(deaths))

    def _begin(self, new: Kept) -> None:
        """Make the folder, and in it a database that is complete as soon as it has its name."""
        if holds_study(self.folder) and self._lock is None:
            lock(self.folder).release()  # refused if the search that started there meanwhile still runs
            raise UsageError(f"{self.folder}: another search has used it meanwhile; run this again to resume")
        try:
            self.moved_to = begin_folder(self.folder, _LEFT, make_room)
            if self._lock is not None:  # the lock of the folder that is aside now
                self._lock.release()
            self._lock = lock(self.folder)
            path = self.folder / _NEW
            path.unlink(missing_ok=True)
            if self._adopted is not None:
                for place in new.models.values():
                    copy_whole(self._adopted / place, self.folder / place)
            self._fill(path, new)
            path.rename(self._path)
            if self._lasting:
                sync_folder(self.folder)
        except OSError as error:
            raise UsageError(f"cannot create {self.folder}: {error.strerror or error}") from error
        self._connect()

    def _fill(self, path: Path, new: Kept) -> None:
        """Write a database, with the trials that the study begins with."""
        with self._explained(), closing(connected(path, "mode=rwc")) as connection:
            connection.executescript(f"BEGIN; {_schema()}")
            _put(connection, "study", kept_row(new), key="id")
            for code in new.generations:
                _put(connection, "generation", generation_row(code, new.generations), key="number")
            for trial in (*new.study.trials, *new.study.left_out):
                ran = trial.under(trial.ran or trial.drawn)
                _put(connection, "trial", trial_row(ran, new.space_of(trial.generation)), key="number")
                _put_parts(connection, trial)
            for number, place in new.models.items():
                _put(connection, "model", {"trial": number, "path": cell(place)}, key="trial")
            for one in new.study.confirmations:
                _put(connection, "confirmation", confirmation_row(one), key="generation, trial, run")
            _write_judged(connection, new)
            connection.execute("COMMIT")

    def _connect(self) -> None:
        """Open the database for writing, with a write-ahead log if possible."""
        remote = network_type(self.folder)
        with self._explained():
            self._connection = self._connected("DELETE" if remote else "WAL")
            found = self._connection.execute("PRAGMA journal_mode").fetchone()[0]
            self._has_log = found == "wal"
        log = (self.folder / f"{FILE}-wal",) if self._has_log else ()
        self._files = identities((self._path, self.folder / LOCK, *log), stable=not remote)
        assert self._lock is not None
        why = f"on a network or FUSE file system ({remote})" if remote else "where SQLite cannot share memory"
        slow = "" if self._has_log else f"{self.folder} is {why}, so that keeping a trial takes longer"
        self.notes = tuple(note for note in (self._lock.note, slow) if note)

    def _connected(self, journal: str) -> sqlite3.Connection:
        """Open the database with a kind of journal; without a log where there is no shared memory for one."""
        connection = connected(self._path, "mode=rw")
        try:
            connection.execute(f"PRAGMA journal_mode = {journal}")
            connection.execute("SELECT id FROM study").fetchall()  # creates the log
        except sqlite3.OperationalError:
            connection.close()
            # Who has the database alone needs no shared memory, not even to merge the log of another machine.
            connection = connected(self._path, "mode=rw")
            for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = DELETE", "locking_mode = NORMAL"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("SELECT id FROM study").fetchall()  # releases the lock
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _mark(self, number: int, handed: int) -> None:
        self.kept.require_running(number)
        with self._transaction(durable=False) as connection:
            connection.execute("UPDATE trial SET handed = ? WHERE number = ?", (handed, number))

    @contextmanager
    def _transaction(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Commit all or nothing; `durable` commits survive the machine, others this process.

        The log is written in order, so a commit that waits for the disk makes those before it durable too.
        """
        connection = self._connection
        if connection is None:
            raise ValueError("the storage is closed")
        synchronous = "FULL" if durable or not self._has_log else "NORMAL"
        synchronous = synchronous if self._lasting else "OFF"
        with self._explained():
            if synchronous != self._synchronous:
                connection.execute(f"PRAGMA synchronous = {synchronous}")
                self._synchronous = synchronous
            self.check()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                self.check()
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Explain in one line why the database could not be written."""
        try:
            yield
        except sqlite3.Error as error:
            self.check()
            reason = "database or disk is full" if free_bytes(self.folder) < NO_ROOM_BYTES else str(error)
            raise UsageError(
                f"{self._path}: cannot be written: {reason}; what it held before is safe, and the search can "
                "be resumed"
            ) from error


def _write_judged(connection: sqlite3.Connection, new: Kept) -> None:
    """Write what has become of all trials under the code of the last generation."""
    for trial in (*new.study.trials, *new.study.left_out):
        _change(connection, {**judged_row(trial, new.study.space), **result_row(trial)})
    for trial in new.running:
        again = {**trial_row(trial, new.study.space), "deaths": new.deaths.get(trial.number, 0)}
        connection.execute("DELETE FROM trial WHERE number = ?", (trial.number,))
        _put(connection, "trial", again, key="number")
        _put_parts(connection, trial)


def _put_parts(connection: sqlite3.Connection, trial: Trial) -> None:
    """Write the curves and the runs of a trial in place of those that it had."""
    for table in ("fit", "report", "run"):
        connection.execute(f"DELETE FROM {table} WHERE trial = ?", (trial.number,))
    for run in trial.runs:
        _put(connection, "run", run_row(trial.number, run), key="trial, run")
    for curve in trial.curves:
        fit, reports = curve_rows(trial.number, curve)
        _put(connection, "fit", fit, key="trial, fit")
        for report in reports:
            _put(connection, "report", report, key="trial, fit, step")


def _to_version_2(connection: sqlite3.Connection) -> None:
    """Change the tables of format 1, which has the epochs of each trial's last fit, to those of format 2."""
    _make_tables(connection, "fit", "report")
    connection.execute("INSERT INTO fit (trial, fit) SELECT DISTINCT trial, 0 FROM epoch")
    connection.execute(
        "INSERT INTO report (trial, fit, step, epoch, metrics) "
        "SELECT trial, 0, epoch, epoch, metrics FROM epoch"
    )
    connection.execute("DROP TABLE epoch")
    connection.execute("PRAGMA user_version = 2")


def _to_version_3(connection: sqlite3.Connection) -> None:
    """Move the code of a study of format 2, which had one, from its own row to the table of generations."""
    connection.execute("ALTER TABLE study RENAME TO study_2")
    _make_tables(connection, "study", "generation")
    names = ", ".join(column[1] for column in connection.execute("PRAGMA table_info(study)"))
    connection.execute(f"INSERT INTO study ({names}) SELECT {names} FROM study_2")
    code = "digest, space, program, versions, files"
    connection.execute(f"INSERT INTO generation (number, {code}) SELECT 0, {code} FROM study_2")
    connection.execute("DROP TABLE study_2")
    connection.execute("PRAGMA user_version = 3")


def _to_version_4(connection: sqlite3.Connection) -> None:
    """Add what format 3 lacks: several runs of a trial, which an earlier version would run anew."""
    _make_tables(connection, "run", "confirmation")
    connection.execute("PRAGMA user_version = 4")


def _make_tables(connection: sqlite3.Connection, *names: str) -> None:
    """Make tables of the present schema."""
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(_schema())
        tables = dict(empty.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL"))
    for name in names:
        connection.execute(tables[name])


def _schema() -> str:
    return resources.files("hypertemplate.templates").joinpath("schema.sql").read_text(encoding="utf-8")


def _put(connection: sqlite3.Connection, table: str, row: Row, *, key: str) -> None:
    """Insert a row, or change these columns in the row with its key."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in row)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) "
        f"ON CONFLICT ({key}) DO UPDATE SET {changes}",
        tuple(row.values()),
    )


def _change(connection: sqlite3.Connection, row: Row) -> None:
    """Change these columns of a trial."""
    changes = ", ".join(f"{name} = :{name}" for name in row)
    connection.execute(f"UPDATE trial SET {changes} WHERE number = :number", row)
