"""What is particular to studies in SQLite: files, who may write them, and what survives what."""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import UsageError
from hypertemplate.kept_reports import SoFar
from hypertemplate.search.storage.sqlite.reader import connected, read_study
from hypertemplate.search.storage.sqlite.rows import trial_row
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.storage.study_files import free_bytes
from hypertemplate.search.study import Curve, Report, Trial, TrialRun, TrialState
from tests.search.fakes import fitted
from tests.search.storage.test_contract import STUDY, done, runs

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "model.study"


@pytest.fixture
def created(folder: Path) -> Iterator[SqliteStorage]:
    storage = SqliteStorage(folder, "# größe\r\nx = '\ud800'\r\n", {"workers": 2})
    storage.create(STUDY)
    yield storage
    storage.close()


def in_child(code: str, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A process that begins or opens the study as `storage`, and then runs `code`."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from hypertemplate.search.storage.sqlite.writer import SqliteStorage\n"
        "from tests.search.storage.test_contract import STUDY, done, runs\n"
        "storage = SqliteStorage(Path(sys.argv[1]))\n"
        f"storage.exists or storage.create(STUDY)\n{code}\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder), *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def killed(code: str, folder: Path) -> None:
    """Run `code`, then SIGKILL."""
    with in_child(f"{code}\nimport os\nos.kill(os.getpid(), 9)", folder) as child:
        assert child.wait() == -signal.SIGKILL


class TestFiles:
    def test_nothing_is_made_before_the_study_begins(self, folder: Path) -> None:
        with closing(SqliteStorage(folder)) as storage:
            assert not storage.exists
        assert not folder.exists()

    def test_the_folder_of_a_closed_study(self, folder: Path, created: SqliteStorage) -> None:
        created.add(done(0))
        created.close()
        assert sorted(path.name for path in folder.iterdir()) == ["lock", "program.py", "study.db"]
        assert (folder / "program.py").read_bytes() == "# größe\r\nx = '\\ud800'\r\n".encode()

    def test_the_program_and_the_options_are_kept(self, folder: Path, created: SqliteStorage) -> None:
        kept = read_study(folder)
        assert kept.program == "# größe\r\nx = '\ud800'\r\n"
        assert kept.options == {"workers": 2}
        created.close()
        with closing(SqliteStorage(folder, "y = 1\n", {"workers": 4})) as storage:
            assert storage.kept == kept
            storage.create(STUDY)
        assert read_study(folder).program == (folder / "program.py").read_text() == "y = 1\n"
        assert read_study(folder).options == {"workers": 4}

    def test_a_choice_has_its_source_text_and_no_number_is_not_json(
        self, folder: Path, created: SqliteStorage
    ) -> None:
        params = {"rate": float("inf"), "opt": 1}
        created.add(Trial(0, TrialState.COMPLETE, params, 0.5, {"a": float("nan")}))
        created.close()

        def refuse(name: str) -> None:
            raise AssertionError(f"{name} is not JSON")

        with closing(sqlite3.connect(folder / "study.db")) as connection:
            row = connection.execute("SELECT params, metrics FROM trial").fetchone()
        assert [json.loads(cell, parse_constant=refuse) for cell in row] == [
            {"rate": {"$number": "inf"}, "opt": {"index": 1, "text": "Adam(1e-3)"}},
            {"a": {"$number": "nan"}},
        ]

    def test_the_database_refers_to_itself_rightly(self, folder: Path, created: SqliteStorage) -> None:
        created.add(replace(done(0, None), curves=fitted({"loss": 1.0})), "m")
        created.reopen(0)
        created.close()
        with closing(sqlite3.connect(folder / "study.db")) as connection:
            assert connection.execute(
                "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM fit), (SELECT count(*) FROM model)"
            ).fetchone() == (0, 0, 0)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            assert connection.execute("PRAGMA user_version").fetchone() == (4,)

    @pytest.mark.parametrize(
        ("make", "kept"),
        [
            pytest.param(
                lambda path: (path.mkdir(), (path / "a").write_text("old")), "a", id="a folder with files"
            ),
            pytest.param(lambda path: path.write_text("old"), "", id="a file"),
            pytest.param(lambda path: path.symlink_to("nowhere"), None, id="a link to nowhere"),
        ],
    )
    def test_what_is_no_study_is_moved_aside(
        self, folder: Path, make: Callable[[Path], object], kept: str | None
    ) -> None:
        make(folder)
        with closing(SqliteStorage(folder)) as storage:
            storage.create(STUDY)
            aside = folder.with_name("model.study.1")
            assert storage.moved_to == aside
        assert os.path.lexists(aside)
        if kept is not None:
            assert (aside / kept).read_text() == "old"
        assert read_study(folder).study == STUDY

    @pytest.mark.parametrize(
        "names", [(), ("lock", ".study.db.new")], ids=["empty", "what a killed search left"]
    )
    def test_a_folder_without_a_study_of_its_own_is_used(self, folder: Path, names: tuple[str, ...]) -> None:
        folder.mkdir()
        for name in names:
            (folder / name).write_text("")
        with closing(SqliteStorage(folder)) as storage:
            storage.create(STUDY)
            assert storage.moved_to is None
        assert sorted(path.name for path in folder.iterdir()) == ["lock", "program.py", "study.db"]

    def test_a_fresh_study_keeps_the_old_one_aside(self, folder: Path, created: SqliteStorage) -> None:
        created.add(done(0))
        created.close()
        with closing(SqliteStorage(folder, "x = 2\n", fresh=True)) as storage:
            assert not storage.exists
            assert read_study(folder).study.trials == (done(0),)
            storage.create(STUDY)
            assert storage.moved_to == folder.with_name("model.study.1")
        assert read_study(folder).study.trials == ()
        assert read_study(folder.with_name("model.study.1")).study.trials == (done(0),)

    def test_a_closed_storage_takes_nothing(self, created: SqliteStorage) -> None:
        created.close()
        with pytest.raises(ValueError, match=r"^the storage is closed$"):
            created.add(done(0))


class TestOneWriter:
    def test_a_second_search_is_refused(self, folder: Path) -> None:
        with in_child("print('ready', flush=True); input()", folder) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            for fresh in (False, True):
                with pytest.raises(UsageError) as caught:
                    SqliteStorage(folder, fresh=fresh)
                said = str(caught.value)
                assert said.startswith(
                    f"{folder}: a search is running there already (process {child.pid} since "
                )
                assert said.endswith("); wait until it ends, or name another folder with --study")
            child.communicate("\n")
        SqliteStorage(folder).close()

    def test_of_two_that_begin_at_once_one_is_refused(self, folder: Path) -> None:
        first, second, third = (SqliteStorage(folder) for _ in range(3))
        first.create(STUDY)
        with pytest.raises(UsageError, match=rf"already \(process {os.getpid()} since"):
            second.create(STUDY)
        first.close()
        with pytest.raises(UsageError) as caught:
            third.create(STUDY)
        assert (
            str(caught.value) == f"{folder}: another search has used it meanwhile; run this again to resume"
        )
        assert read_study(folder).study == STUDY


def put_another_in_place(folder: Path) -> None:
    folder.rename(folder.with_name("mine"))
    with closing(SqliteStorage(folder)) as other:
        other.create(STUDY)
        other.add(done(7))


class TestGone:
    """What is written where nobody finds it is not kept, and nothing is written into another study."""

    @pytest.mark.parametrize(
        ("happens", "name"),
        [
            pytest.param(shutil.rmtree, "study.db", id="the folder is removed"),
            pytest.param(lambda folder: folder.rename(folder.with_name("x")), "study.db", id="it is moved"),
            pytest.param(put_another_in_place, "study.db", id="another study is there"),
            pytest.param(lambda folder: (folder / "study.db").unlink(), "study.db", id="no database"),
            pytest.param(lambda folder: (folder / "study.db-wal").unlink(), "study.db-wal", id="no log"),
            pytest.param(lambda folder: (folder / "lock").unlink(), "lock", id="no lock"),
            pytest.param(lambda folder: replace_lock(folder), "lock", id="the lock of someone else"),
        ],
    )
    def test_nothing_is_kept_any_more(
        self, folder: Path, created: SqliteStorage, happens: Callable[[Path], object], name: str
    ) -> None:
        created.propose(runs(0), "1")
        created.check()
        happens(folder)
        before = contents(folder)
        for write in (
            created.check,
            lambda: created.propose(runs(1), "2"),
            lambda: created.handed(0),
            lambda: created.add(done(0), "m"),
        ):
            with pytest.raises(UsageError) as caught:
                write()
            assert str(caught.value) == (
                f"{folder}/{name} was removed, moved or replaced while this search was running; the search ends, "
                "since it can store no more trials; another search may be writing there now"
            )
        assert (created.study.trials, created.running, created.models) == ((), (runs(0),), {})
        assert contents(folder) == before

    def test_what_goes_while_a_trial_is_written_is_noticed_too(
        self, folder: Path, created: SqliteStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def row(trial: Trial, space: object) -> object:
            folder.rename(folder.with_name("aside"))
            return trial_row(trial, STUDY.space)

        monkeypatch.setattr("hypertemplate.search.storage.sqlite.writer.trial_row", row)
        with pytest.raises(UsageError, match="was removed, moved or replaced"):
            created.add(done(0))
        created.close()
        assert read_study(folder.with_name("aside")).study.trials == ()

    @pytest.mark.parametrize(
        ("network", "said"),
        [
            pytest.param(None, "was removed, moved or replaced", id="with a log"),
            pytest.param("nfs", "attempt to write a readonly database", id="without one, SQLite notices"),
        ],
    )
    def test_the_end_of_the_search_changes_nothing_of_another(
        self, folder: Path, network: str | None, said: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("hypertemplate.search.storage.sqlite.writer.network_type", lambda folder: network)
        with closing(SqliteStorage(folder)) as storage:
            storage.create(STUDY)
            storage.add(done(0))
            put_another_in_place(folder)
            before = contents(folder)
            with pytest.raises(UsageError, match=said):
                storage.add(done(1))
        assert contents(folder) == before
        assert read_study(folder.with_name("mine")).study.trials == (done(0),)


def replace_lock(folder: Path) -> None:
    (folder / "lock").rename(folder / "old")
    (folder / "lock").write_text("1\n")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


class TestDeaths:
    def test_the_death_of_a_driver_counts_for_trials_that_a_worker_had(self, folder: Path) -> None:
        killed(
            "for n in range(4): storage.propose(runs(n), '')\nstorage.handed(1); storage.handed(2); storage.handed(3)\nstorage.put_back(2); storage.add(done(3))",
            folder,
        )
        with closing(SqliteStorage(folder)) as storage:
            assert [storage.deaths(number) for number in range(5)] == [0, 1, 0, 0, 0]
            assert read_study(folder).deaths == {0: 0, 1: 1, 2: 0, 3: 0}

    def test_a_run_that_has_ended_forgets_the_deaths_of_its_trial(self, folder: Path) -> None:
        killed("storage.propose(runs(0), ''); storage.handed(0)", folder)
        with closing(SqliteStorage(folder)) as storage:
            assert storage.deaths(0) == 1
            storage.ran(replace(runs(0), repeats=2, runs=(TrialRun(0, 1.0),)))
            assert storage.deaths(0) == 0
        assert read_study(folder).deaths == {0: 0}

    @pytest.mark.long
    def test_only_since_that_start(self, folder: Path) -> None:
        killed("storage.propose(runs(0), ''); storage.handed(0)", folder)
        killed("", folder)
        with closing(SqliteStorage(folder)) as storage:
            assert storage.deaths(0) == 1
            storage.handed(0)
        with closing(SqliteStorage(folder)) as storage:
            assert storage.deaths(0) == 1
        killed("storage.handed(0)", folder)
        with closing(SqliteStorage(folder)) as storage:
            assert storage.deaths(0) == 2
            storage.add(done(0, None))
            storage.reopen(0)
            assert storage.deaths(0) == 0
        assert read_study(folder).deaths == {0: 0}


ADDING = """
storage.create(STUDY)
start = len(storage.study.trials)
for number in range(start, 10_000):
    storage.propose(runs(number), str(number))
    storage.handed(number)
    storage.add(done(number), f"models/{number}")
    print(number, flush=True)
"""


class TestDurability:
    @pytest.mark.long
    def test_what_was_reported_survives_sigkill(self, folder: Path) -> None:
        chance = random.Random(0)
        reported = -1
        for _ in range(6):
            with in_child(ADDING, folder) as child:
                assert child.stdout is not None
                for _ in range(chance.randint(1, 20)):
                    reported = int(child.stdout.readline())
                child.kill()
                reported = max([reported, *map(int, child.stdout.read().split())])
            kept = read_study(folder)
            numbers = [trial.number for trial in kept.study.trials]
            assert numbers == list(range(len(numbers)))
            assert len(numbers) > reported
            assert kept.models == {number: f"models/{number}" for number in numbers}
            assert all(trial.number == len(numbers) for trial in kept.running)
            with closing(SqliteStorage(folder)) as storage:
                for trial in storage.running:
                    storage.add(replace(done(trial.number), params=trial.params), f"models/{trial.number}")
                assert kept.sampler_state in (str(len(numbers) - 1), str(len(numbers)))

    def test_it_can_be_read_while_another_process_writes(self, folder: Path) -> None:
        with in_child(ADDING, folder) as child:
            assert child.stdout is not None
            for _ in range(30):
                reported = int(child.stdout.readline())
                kept = read_study(folder)
                assert kept.damage == ""
                assert len(kept.study.trials) > reported
                assert [t.number for t in kept.study.trials] == list(range(len(kept.study.trials)))
                assert len(kept.running) <= 1
            child.kill()


class TestRoom:
    def test_a_trial_without_room_is_not_kept_until_there_is(
        self, folder: Path, created: SqliteStorage
    ) -> None:
        created.propose(runs(0), "1")
        created.handed(0)
        connection = created._connection
        assert connection is not None
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        big = replace(done(0), traceback="T" * 100_000)
        for _ in range(2):
            with pytest.raises(UsageError) as caught:
                created.add(big, "m")
            assert str(caught.value) == (
                f"{folder}/study.db: cannot be written: database or disk is full; what it held before is safe, and "
                "the search can be resumed"
            )
        assert (created.study.trials, created.running, created.models) == ((), (runs(0),), {})
        assert read_study(folder).study.trials == ()
        connection.execute("PRAGMA max_page_count = 1000000")
        created.add(big, "m")
        created.close()
        assert read_study(folder).study.trials == (big,)

    def test_the_search_goes_on_after_a_file_could_not_grow(self, folder: Path) -> None:
        limit = (
            "import resource, signal\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))\n"
            "from hypertemplate.errors import UsageError\n"
            "for number in range(1000):\n"
            "    storage.propose(runs(number), ''); storage.handed(number)\n"
            "    try: storage.add(done(number))\n"
            "    except UsageError: break\n"
            "    print(number)\n"
            "storage.close()\n"
        )
        # The proposal itself may be what has no room.
        limit = limit.replace("    storage.propose", "    try: storage.propose").replace(
            "    try: storage.add", "    except UsageError: break\n    try: storage.add"
        )
        with in_child(limit, folder) as child:
            printed, _ = child.communicate()
            assert child.returncode == 0
        reported = [int(line) for line in printed.split()]
        assert 5 < len(reported) < 1000
        with closing(SqliteStorage(folder)) as storage:
            assert [trial.number for trial in storage.study.trials] == reported
            assert [storage.deaths(trial.number) for trial in storage.running] in ([0], [])
            storage.add(done(5000))

    def test_a_full_disk(self, tmpfs: Path) -> None:
        with closing(SqliteStorage(tmpfs / "m.study")) as storage:
            storage.create(STUDY)
            (tmpfs / "filler").write_bytes(bytes(free_bytes(tmpfs) - 5 * 4096))
            with pytest.raises(UsageError) as caught:
                add_many(storage)
            assert str(caught.value) == (
                f"{tmpfs}/m.study/study.db: cannot be written: database or disk is full; what it held before is "
                "safe, and the search can be resumed"
            )
            kept = storage.study
        # Even to end needed no room.
        assert read_study(tmpfs / "m.study").study == kept
        (tmpfs / "rest").write_bytes(bytes(free_bytes(tmpfs)))
        with closing(SqliteStorage(tmpfs / "n.study", "x = 1\n" * 100_000)) as storage:
            with pytest.raises(UsageError) as caught:
                storage.create(STUDY)
            assert str(caught.value) == f"{tmpfs}/n.study: cannot be written: No space left on device"
        (tmpfs / "filler").unlink()
        (tmpfs / "rest").unlink()
        with closing(SqliteStorage(tmpfs / "m.study")) as storage:
            storage.add(done(5000))
        with closing(SqliteStorage(tmpfs / "n.study")) as storage:
            storage.create(STUDY)

    def test_a_file_system_that_cannot_be_written(self, tmpfs: Path) -> None:
        with closing(SqliteStorage(tmpfs / "m.study")) as storage:
            storage.create(STUDY)
            storage.add(done(0))
        before = read_study(tmpfs / "m.study")
        subprocess.run(["mount", "-o", "remount,ro", str(tmpfs)], check=True)
        with pytest.raises(UsageError) as caught:
            SqliteStorage(tmpfs / "m.study")
        assert str(caught.value) == (
            f"{tmpfs}/m.study: cannot be written: Read-only file system; it can be read: hypertemplate show "
            f"{tmpfs}/m.study; to search on, copy it"
        )
        with pytest.raises(UsageError) as caught:
            SqliteStorage(tmpfs / "new.study").create(STUDY)
        assert str(caught.value) == f"cannot create {tmpfs}/new.study: Read-only file system"
        assert read_study(tmpfs / "m.study") == before

    def test_a_log_that_a_killed_search_left_is_read_where_nothing_can_be_written(self, tmpfs: Path) -> None:
        killed("storage.add(done(0)); storage.add(done(1))", tmpfs / "m.study")
        (tmpfs / "m.study" / "study.db-shm").unlink()
        subprocess.run(["mount", "-o", "remount,ro", str(tmpfs)], check=True)
        assert read_study(tmpfs / "m.study").study.trials == (done(0), done(1))


def add_many(storage: SqliteStorage) -> None:
    for number in range(1000):
        storage.add(replace(done(number), traceback="T" * 1000))


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB of its own."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


class TestJournal:
    def mode(self, folder: Path) -> str:
        with closing(sqlite3.connect(folder / "study.db")) as connection:
            return str(connection.execute("PRAGMA journal_mode").fetchone()[0])

    def test_where_it_can_a_study_has_a_write_ahead_log(self, folder: Path, created: SqliteStorage) -> None:
        assert (self.mode(folder), created.notes) == ("wal", ())
        created.add(done(0))
        assert created._connection is not None
        assert created._connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert created._connection.execute("PRAGMA foreign_keys").fetchone() == (1,)

    def test_on_a_network_it_has_none(
        self, folder: Path, created: SqliteStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        created.add(done(0))
        created.close()
        monkeypatch.setattr(
            "hypertemplate.search.storage.sqlite.writer.network_type", lambda folder: "fuse.drive"
        )
        with closing(SqliteStorage(folder)) as storage:
            assert storage.notes == (
                f"{folder} is on a network or FUSE file system (fuse.drive), so that keeping a trial takes longer",
            )
            storage.propose(runs(1), "")
            assert storage._connection is not None
            assert storage._connection.execute("PRAGMA synchronous").fetchone() == (2,)
            storage.add(done(1))
            assert read_study(folder).study.trials == (done(0), done(1))
        assert self.mode(folder) == "delete"
        killed("storage.add(done(2))", folder)
        assert len(read_study(folder).study.trials) == 3

    def test_where_sqlite_does_not_grant_one_it_has_none(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = connected
        # What SQLite has for file systems without locks and shared memory.
        monkeypatch.setattr(
            "hypertemplate.search.storage.sqlite.writer.connected",
            lambda path, how: real(path, f"{how}&vfs=unix-none"),
        )
        with closing(SqliteStorage(folder)) as storage:
            storage.create(STUDY)
            assert storage.notes == (
                f"{folder} is where SQLite cannot share memory, so that keeping a trial takes longer",
            )
            storage.add(done(0))
        assert self.mode(folder) == "delete"
        assert read_study(folder).study.trials == (done(0),)

    @pytest.mark.parametrize(
        "is_new", [True, False], ids=["a new study", "a study with a log from elsewhere"]
    )
    def test_where_the_log_cannot_share_memory_there_is_none(
        self, folder: Path, is_new: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if not is_new:
            with closing(SqliteStorage(folder)) as storage:
                storage.create(STUDY)
                storage.add(done(0))
            assert self.mode(folder) == "wal"

        class Unshared(sqlite3.Connection):
            """What it is on a file system without ``mmap``: the log is granted, and then fails."""

            alone = False

            def execute(self, text: str, *given: object) -> sqlite3.Cursor:
                self.alone = self.alone or "EXCLUSIVE" in text
                logged = super().execute("PRAGMA journal_mode").fetchone()[0] == "wal"
                if text.startswith("SELECT") and logged and not self.alone:
                    raise sqlite3.OperationalError("disk I/O error")
                return super().execute(text, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(
            "hypertemplate.search.storage.sqlite.writer.connected",
            lambda path, how: sqlite3.connect(path, isolation_level=None, factory=Unshared),
        )
        with closing(SqliteStorage(folder)) as storage:
            storage.create(STUDY)
            assert storage.beginning == (
                f"{folder} is where SQLite cannot share memory, so that keeping a trial takes longer",
            )
            storage.add(done(1))
        assert self.mode(folder) == "delete"
        assert done(1) in read_study(folder).study.trials

    def test_a_file_system_without_locks_is_said(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def flock(descriptor: int, operation: int) -> None:
            raise OSError(38, "Function not implemented")

        monkeypatch.setattr("fcntl.flock", flock)
        with closing(SqliteStorage(folder)) as storage:
            storage.create(STUDY)
            assert storage.notes == (
                f"{folder} is on a file system without locks (Function not implemented): nothing keeps a second "
                "search out of it",
            )


FORMAT_2 = """
CREATE TABLE study_2 (
    id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, template TEXT NOT NULL, digest TEXT NOT NULL,
    seed INTEGER NOT NULL, algorithm TEXT NOT NULL, max_evals INTEGER NOT NULL, objective TEXT, maximize INTEGER,
    frozen TEXT NOT NULL, versions TEXT NOT NULL, files TEXT NOT NULL, space TEXT NOT NULL, program TEXT NOT NULL,
    options TEXT NOT NULL, sampler_state TEXT NOT NULL
);
INSERT INTO study_2 SELECT id, name, template, digest, seed, algorithm, max_evals, objective, maximize, frozen,
    versions, files, space, program, options, sampler_state FROM study, generation;
DROP TABLE study;
DROP TABLE generation;
ALTER TABLE study_2 RENAME TO study;
ALTER TABLE trial DROP COLUMN generation;
ALTER TABLE trial DROP COLUMN left_out;
ALTER TABLE trial DROP COLUMN present;
ALTER TABLE trial DROP COLUMN equal_to;
ALTER TABLE trial DROP COLUMN repeats;
ALTER TABLE trial DROP COLUMN folds;
DROP TABLE run;
DROP TABLE confirmation;
PRAGMA user_version = 2;
"""

FORMAT_1 = (
    FORMAT_2
    + """
DROP TABLE report;
DROP TABLE fit;
CREATE TABLE epoch (
    trial INTEGER NOT NULL REFERENCES trial (number) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    metrics TEXT NOT NULL,
    PRIMARY KEY (trial, epoch)
) WITHOUT ROWID;
INSERT INTO epoch VALUES (0, 0, '{"loss":0.5}'), (0, 1, '{"loss":0.25}'), (2, 0, '{"loss":1.0}');
PRAGMA user_version = 1;
"""
)


def test_a_study_of_format_2_is_read_and_resumed(tmp_path: Path) -> None:
    folder, source = tmp_path / "old.study", Source((Part("file", "model.py", "x = 1\n"),))
    with closing(SqliteStorage(folder, "x = 1\n")) as storage:
        storage.create(STUDY)
        storage.add(done(0))
        before = storage.kept
    with closing(sqlite3.connect(folder / "study.db")) as connection:
        connection.executescript(FORMAT_2)
    assert read_study(folder) == replace(before, deaths={0: 0})
    with closing(SqliteStorage(folder, "x = 1\n", source=source)) as storage:
        assert storage.kept == before
        storage.create(STUDY)
        storage.add(done(1))
    kept = read_study(folder)
    assert [trial.number for trial in kept.study.trials] == [0, 1]
    assert kept.generations == (replace(before.generations[0], source=source),)
    with closing(sqlite3.connect(folder / "study.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)


FORMAT_3 = """
ALTER TABLE study DROP COLUMN repeats;
ALTER TABLE trial DROP COLUMN repeats;
ALTER TABLE trial DROP COLUMN folds;
DROP TABLE run;
DROP TABLE confirmation;
PRAGMA user_version = 3;
"""


def test_a_study_of_format_3_is_read_and_resumed_with_several_runs(tmp_path: Path) -> None:
    folder = tmp_path / "old.study"
    with closing(SqliteStorage(folder, "x = 1\n")) as storage:
        storage.create(STUDY)
        storage.add(done(0))
        before = storage.kept
    with closing(sqlite3.connect(folder / "study.db")) as connection:
        connection.executescript(FORMAT_3)
    assert read_study(folder) == replace(before, deaths={0: 0})
    again = replace(runs(1), repeats=2, runs=(TrialRun(0, 0.5, {"a": 1.0}, unused=("opt",)),))
    with closing(SqliteStorage(folder, "x = 1\n")) as storage:
        storage.create(replace(STUDY, repeats=2))
        storage.propose(replace(again, runs=()), "")
        storage.ran(again)
    kept = read_study(folder)
    assert (kept.study.trials, kept.running, kept.study.repeats) == ((done(0),), (again,), 2)


def test_the_source_that_trials_ran_is_stored_once(tmp_path: Path) -> None:
    folder = tmp_path / "m.study"
    texts = ("x = '\ud800'  # one\n", "x = '\ud800'  # two\n")
    sources = [Source((Part("cell", "model.py", text, cell=1),), "model.py") for text in texts]
    for source in sources:
        with closing(SqliteStorage(folder, source=source)) as storage:
            storage.create(STUDY)
    assert [code.source for code in read_study(folder).generations] == sources[:1]


def test_a_study_of_format_1_is_read_and_resumed(tmp_path: Path) -> None:
    folder = tmp_path / "old.study"
    with closing(SqliteStorage(folder)) as storage:
        storage.create(STUDY)
        storage.add(done(0))
        storage.add(done(1))
        storage.add(done(2))
    with closing(sqlite3.connect(folder / "study.db")) as connection:
        connection.executescript(FORMAT_1)
    curves = [fitted({"loss": 0.5}, {"loss": 0.25}), (), fitted({"loss": 1.0})]
    assert [trial.curves for trial in read_study(folder).study.trials] == curves
    with closing(SqliteStorage(folder)) as storage:
        storage.create(STUDY)
        storage.add(replace(done(3), curves=fitted({"loss": math.nan})))
        assert [trial.curves for trial in storage.study.trials[:3]] == curves
    assert [trial.curves for trial in read_study(folder).study.trials[:3]] == curves
    with closing(sqlite3.connect(folder / "study.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)


def test_a_study_without_what_long_curves_need_is_read_and_resumed(tmp_path: Path) -> None:
    folder, curves = tmp_path / "old.study", fitted({"loss": 0.5})
    with closing(SqliteStorage(folder)) as storage:
        storage.create(STUDY)
        storage.add(replace(done(0), curves=curves))
    with closing(sqlite3.connect(folder / "study.db")) as connection:
        connection.executescript("ALTER TABLE fit DROP COLUMN unit; ALTER TABLE report DROP COLUMN so_far")
    assert read_study(folder).study.trials[0].curves == curves
    so_far = {"loss": SoFar(700, 0.25, math.inf)}
    long = (Curve(0, None, (Report(699, 7000, {"loss": 0.5}, so_far=so_far),), unit="step"),)
    with closing(SqliteStorage(folder)) as storage:
        storage.create(STUDY)
        storage.add(replace(done(1), curves=long))
    assert [trial.curves for trial in read_study(folder).study.trials] == [curves, long]
