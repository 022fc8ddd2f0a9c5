"""A study finds room where it is to be, or is refused before it costs anything."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.search.storage.base import MemoryStorage, check_room, left_to_run, make_room
from tests.search.storage.test_contract import STUDY, done, runs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "model.study"


@pytest.mark.parametrize(
    ("make", "kept"),
    [
        pytest.param(lambda path: path.mkdir(), None, id="an empty folder"),
        pytest.param(
            lambda path: (path.mkdir(), (path / "a").write_text("old")), "a", id="a folder with files"
        ),
        pytest.param(lambda path: path.write_text("old"), "", id="a file"),
        pytest.param(lambda path: path.symlink_to("nowhere"), None, id="a link to nowhere"),
    ],
)
def test_what_is_there_already_is_moved_aside(
    folder: Path, make: Callable[[Path], object], kept: str | None
) -> None:
    make(folder)
    aside = folder.with_name("model.study.1")
    assert make_room(folder) == aside
    assert os.path.lexists(aside)
    assert not os.path.lexists(folder)
    if kept is not None:
        assert (aside / kept).read_text() == "old"


def test_the_first_free_name_is_taken(folder: Path) -> None:
    assert make_room(folder) is None
    for number in range(1, 4):
        folder.write_text(str(number))
        assert make_room(folder) == folder.with_name(f"model.study.{number}")
    assert [folder.with_name(f"model.study.{n}").read_text() for n in (1, 2, 3)] == ["1", "2", "3"]


class TestRoom:
    """`check_room` finds what would go wrong seconds later."""

    @pytest.fixture(autouse=True)
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "here" / "src").mkdir(parents=True)
        (tmp_path / "here" / "src" / "model.py").write_text("")
        (tmp_path / "here" / "file").write_text("")
        for folder, file in (("held", "study.db"), ("full", "data.csv"), ("full.study", "data.csv")):
            (tmp_path / "here" / folder).mkdir()
            (tmp_path / "here" / folder / file).write_text("")
        (tmp_path / "here" / "empty").mkdir()
        monkeypatch.chdir(tmp_path / "here")

    @pytest.mark.parametrize(
        "folder", ["model.study", "new/deep/study", "src/study", "empty", "held", "full.study"]
    )
    def test_room(self, folder: str) -> None:
        check_room(Path(folder), Path("src/model.py"))

    @pytest.mark.parametrize(
        ("folder", "message"),
        [
            pytest.param(".", " holds the working folder, and a study needs a folder of its own", id="here"),
            pytest.param(
                "..", " holds the working folder, and a study needs a folder of its own", id="above"
            ),
            pytest.param(
                "src", " holds the template, and a study needs a folder of its own", id="the template's"
            ),
            pytest.param(
                "src/model.py",
                " holds the template, and a study needs a folder of its own",
                id="the template",
            ),
            pytest.param("full", " exists and is not a study; name another folder", id="a folder of data"),
            pytest.param("file", " exists and is not a study; name another folder", id="a file"),
        ],
    )
    def test_no_room(self, folder: str, message: str) -> None:
        with pytest.raises(UsageError) as caught:
            check_room(Path(folder), Path("src/model.py"))
        assert str(caught.value).startswith(f"{folder}{message}")

    def test_no_room_below_a_file(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as caught:
            check_room(Path("file/study"), Path("src/model.py"))
        assert str(caught.value) == f"cannot create file/study: {tmp_path}/here/file is a file"

    def test_a_folder_that_is_not_ours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Root, as which tests may run, may write anywhere.
        monkeypatch.setattr("os.access", lambda path, mode: False)
        with pytest.raises(UsageError) as caught:
            check_room(Path("model.study"), Path("src/model.py"))
        assert str(caught.value) == "cannot create model.study: Permission denied"

    def test_a_file_system_that_cannot_be_written(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.access", lambda path, mode: False)
        fields = list(os.statvfs("."))
        fields[8] |= os.ST_RDONLY
        monkeypatch.setattr("os.statvfs", lambda path: os.statvfs_result(fields))
        with pytest.raises(UsageError) as caught:
            check_room(Path("model.study"), Path("src/model.py"))
        assert str(caught.value) == "cannot create model.study: Read-only file system"


def test_how_many_trials_are_left() -> None:
    storage = MemoryStorage()
    assert [left_to_run(storage, max_evals) for max_evals in (0, 5)] == [1, 5]
    storage.create(STUDY)
    for number in range(3):
        storage.propose(runs(number), "")
    storage.add(done(0))
    assert [left_to_run(storage, max_evals) for max_evals in (0, 2, 5)] == [2, 2, 4]
