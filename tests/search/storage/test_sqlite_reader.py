"""Databases that are not as they should be: each is one line that says what is the matter, and is left as it is."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.search.storage.sqlite import reader
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from tests.search.fakes import fitted
from tests.search.storage.test_contract import STUDY, done, runs

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a study of 40 trials."""
    folder = tmp_path_factory.mktemp("whole") / "model.study"
    with closing(SqliteStorage(folder)) as storage:
        storage.create(STUDY)
        for number in range(40):
            storage.add(replace(done(number), traceback="T" * 3000, curves=fitted({"loss": 1.0})), "m")
        storage.propose(runs(40), "")
    return (folder / "study.db").read_bytes()


@pytest.fixture
def path(tmp_path: Path, whole: bytes) -> Path:
    folder = tmp_path / "model.study"
    folder.mkdir()
    (folder / "study.db").write_bytes(whole)
    return folder / "study.db"


def changed(statement: str) -> Callable[[Path], object]:
    """A database after one statement."""

    def change(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute(statement)

    return change


def rewritten(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """A database with other bytes."""
    return lambda path: path.write_bytes(change(path.read_bytes()))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


NOTHING = "and nothing of it can be read; it was left as it is"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(
            changed("PRAGMA user_version = 5"),
            " was written by a newer version of hypertemplate (format 5, and this one knows up to 4); update "
            "hypertemplate",
            id="a newer version",
        ),
        pytest.param(
            changed("PRAGMA application_id = 0"),
            " is a database, but holds no study; it was left as it is",
            id="a database of something else",
        ),
        pytest.param(
            rewritten(lambda _: b"hello\n" * 999), " is not a database; it was left as it is", id="a text"
        ),
        pytest.param(rewritten(lambda _: b"SQ"), " is not a database; it was left as it is", id="two bytes"),
        pytest.param(rewritten(lambda _: b""), f" is damaged (it is empty), {NOTHING}", id="an empty file"),
        pytest.param(
            rewritten(lambda old: old[:2000]),
            f" is damaged (some of its pages are malformed), {NOTHING}",
            id="less than a page",
        ),
        pytest.param(
            rewritten(lambda old: old[:100] + bytes(PAGE) + old[PAGE + 100 :]),
            f" is damaged (some of its pages are malformed), {NOTHING}",
            id="no list of its tables",
        ),
        pytest.param(
            changed("DROP TABLE study"),
            ": cannot be read: no such table: study",
            id="a table that is missing",
        ),
        pytest.param(
            changed("DELETE FROM study"),
            f" is damaged (its settings cannot be understood), {NOTHING}",
            id="no settings",
        ),
        pytest.param(
            changed("UPDATE generation SET space = '{'"),
            f" is damaged (its settings cannot be understood), {NOTHING}",
            id="settings that are no JSON",
        ),
    ],
)
def test_a_database_that_cannot_be_read(path: Path, spoil: Callable[[Path], object], message: str) -> None:
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        read_study(path.parent)
    assert str(caught.value) == f"{path}{message}"
    with pytest.raises(UsageError) as caught:
        SqliteStorage(path.parent)
    is_nothing = message.endswith("it was left as it is")
    way_on = "; --fresh moves it aside and starts a new study" if is_nothing else ""
    assert str(caught.value) == f"{path}{message}{way_on}"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "damage"),
    [
        pytest.param(
            rewritten(lambda old: old[: len(old) // 2]), "some of its pages are malformed", id="cut off"
        ),
        pytest.param(
            rewritten(lambda old: old[: 12 * PAGE] + b"\xff" * PAGE + old[13 * PAGE :]),
            "some of its pages are malformed",
            id="a page of nonsense",
        ),
        pytest.param(
            changed("UPDATE trial SET params = '[]' WHERE number = 7"),
            "trial 7 cannot be understood",
            id="values that are none",
        ),
        pytest.param(
            changed("UPDATE trial SET metrics = X'ff' WHERE number = 7"),
            "trial 7 cannot be understood",
            id="a text that is none",
        ),
        pytest.param(
            changed("UPDATE report SET metrics = 'NaN,' WHERE trial = 7"),
            "an epoch of trial 7 cannot be understood",
            id="an epoch that is no JSON",
        ),
    ],
)
def test_what_is_left_of_a_damaged_database_can_be_read(
    path: Path, spoil: Callable[[Path], object], damage: str
) -> None:
    spoil(path)
    before = path.read_bytes()
    kept = read_study(path.parent)
    assert kept.damage == damage
    assert kept.study.name == "model"
    assert 10 < len(kept.study.trials) <= 40
    with pytest.raises(UsageError) as caught:
        SqliteStorage(path.parent)
    assert str(caught.value) == (
        f"{path} is damaged ({damage}); {len(kept.study.trials)} of its trials can be read (hypertemplate show "
        f"{path.parent}). It was left as it is; --fresh moves it aside and starts a new study"
    )
    assert path.read_bytes() == before
    with closing(SqliteStorage(path.parent, fresh=True)) as storage:
        storage.create(STUDY)
        assert storage.moved_to is not None
        assert (storage.moved_to / "study.db").read_bytes() == before


def test_a_damaged_database_with_a_log_is_left_as_it_is(path: Path, whole: bytes) -> None:
    log = path.with_name("study.db-wal")
    path.write_bytes(b"")
    log.write_bytes(whole)
    with pytest.raises(UsageError, match="it is empty"):
        SqliteStorage(path.parent)
    assert (path.read_bytes(), log.read_bytes()) == (b"", whole)


def test_what_should_be_there_may_be_unbelievable(path: Path, whole: bytes) -> None:
    path.write_bytes(whole[:28] + b"\xff\xff\xff\xff" + whole[32 : len(whole) // 2])
    with pytest.raises(UsageError) as caught:
        read_study(path.parent)
    assert str(caught.value) == f"{path} is damaged (some of its pages are malformed), {NOTHING}"


def test_a_folder_without_a_study(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_study(tmp_path)
    assert str(caught.value) == f"{tmp_path} is not a study: it has no study.db"


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_study(tmp_path / "no.study")
    assert str(caught.value) == f"{tmp_path}/no.study: no such study"


def test_a_folder_in_the_databases_place(path: Path) -> None:
    path.unlink()
    path.mkdir()
    with pytest.raises(UsageError) as caught:
        read_study(path.parent)
    assert str(caught.value) == f"{path}: cannot be read: Is a directory"


def test_reading_leaves_nothing_behind(path: Path, whole: bytes) -> None:
    kept = read_study(path.parent)
    assert (len(kept.study.trials), len(kept.running), kept.damage) == (40, 1, "")
    assert names(path.parent) == ["study.db"]
    assert path.read_bytes() == whole


def test_a_study_that_is_written_without_a_log_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "BUSY_S", 0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UsageError) as caught:
            read_study(path.parent)
    assert str(caught.value) == f"{path}: cannot be read: database is locked"


def test_a_write_that_a_kill_broke_off_is_undone_in_a_copy(path: Path) -> None:
    program = (
        "import sqlite3, sys, os\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA journal_mode = DELETE'); c.execute('PRAGMA cache_size = 1'); c.execute('BEGIN')\n"
        "c.execute('UPDATE trial SET traceback = zeroblob(9000)')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    left = names(path.parent)
    assert left == ["study.db", "study.db-journal"]
    before = path.read_bytes()
    kept = read_study(path.parent)
    assert (kept.damage, len(kept.study.trials), kept.study.trials[0].traceback) == ("", 40, "T" * 3000)
    assert (path.read_bytes(), names(path.parent)) == (before, left)
    with closing(SqliteStorage(path.parent)) as storage:
        assert storage.kept.study == kept.study
