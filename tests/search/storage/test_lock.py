"""One search at a time has a study's folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.search.storage import lock as lock_file
from hypertemplate.search.storage.lock import lock


def test_the_lock_names_its_holder_until_it_is_released(tmp_path: Path) -> None:
    held = lock(tmp_path)
    assert (tmp_path / "lock").read_text().strip() == str(os.getpid())
    assert (held.died, held.note) == (False, "")
    held.release()
    held.release()
    assert (tmp_path / "lock").read_text() == ""
    assert not lock(tmp_path).died


@pytest.mark.parametrize(
    ("text", "process"),
    [
        pytest.param("1234           \n", "process 1234", id="a process"),
        pytest.param("", "another process", id="one that has just begun"),
    ],
)
def test_a_second_holder_is_refused(tmp_path: Path, text: str, process: str) -> None:
    held = lock(tmp_path)
    (tmp_path / "lock").write_text(text)
    with pytest.raises(UsageError) as caught:
        lock(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: a search is running there already ({process}); wait until it ends, or name another folder "
        "with --study"
    )
    held.release()


def test_a_text_that_is_left_says_that_its_writer_died(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("1234\n")
    held = lock(tmp_path)
    assert held.died
    held.release(as_found=True)
    held = lock(tmp_path)
    assert held.died, "the one before learnt of it and could not do anything about it"
    held.release()
    held = lock(tmp_path)
    assert not held.died
    held.release(as_found=True)
    assert not lock(tmp_path).died


def test_a_folder_that_is_moved_aside_meanwhile_is_not_the_one_that_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model.study"
    folder.mkdir()
    real = lock_file._take

    def take(descriptor: int, path: Path) -> str:
        monkeypatch.undo()
        folder.rename(tmp_path / "aside")
        folder.mkdir()
        return real(descriptor, path)

    monkeypatch.setattr(lock_file, "_take", take)
    held = lock(folder)
    assert (folder / "lock").read_text().strip() == str(os.getpid())
    assert (tmp_path / "aside" / "lock").read_text() == ""
    held.release()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        lock(tmp_path / "no")
    assert str(caught.value) == f"{tmp_path}/no: cannot be written: No such file or directory"


def test_where_one_file_has_several_numbers_it_is_locked_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hypertemplate.search.storage.lock._is_same", lambda descriptor, path: False)
    monkeypatch.setattr("hypertemplate.search.storage.lock.network_type", lambda folder: "fuse.drive")
    held = lock(tmp_path)
    with pytest.raises(UsageError, match="a search is running there already"):
        lock(tmp_path)
    held.release()
