"""One search at a time has a study's folder."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.search.storage import lock as lock_file
from hypertemplate.search.storage.lock import has_locks, lock

HOST = socket.gethostname().partition(".")[0]


def test_the_lock_names_its_holder_until_it_is_released(tmp_path: Path) -> None:
    held = lock(tmp_path)
    assert (tmp_path / "lock").read_text().split()[:2] == [str(os.getpid()), HOST]
    assert (held.died, held.note) == (False, "")
    held.release()
    held.release()
    assert (tmp_path / "lock").read_text() == ""
    assert not lock(tmp_path).died


@pytest.mark.parametrize(
    ("text", "process"),
    [
        pytest.param("1234           \n", "process 1234", id="a process, as earlier versions wrote it"),
        pytest.param(
            f"1234 {HOST} 2026-11-30 11:35:02\n", "process 1234 since 2026-11-30 11:35:02", id="since when"
        ),
        pytest.param(
            "1234 gpu-7 2026-11-30 11:35:02\n",
            "process 1234 on gpu-7 since 2026-11-30 11:35:02",
            id="on another machine",
        ),
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
    assert (folder / "lock").read_text().split()[0] == str(os.getpid())
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


def test_a_folder_that_is_read_only_says_what_can_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(UsageError) as caught:
        lock(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: cannot be written: Read-only file system; it can be read: hypertemplate show {tmp_path}; "
        "to search on, copy it"
    )


@pytest.mark.parametrize(
    ("network", "age_s", "refused"),
    [
        pytest.param("fuse.drive", 40, True, id="a Drive that it has just written"),
        pytest.param("fuse.drive", 3600, False, id="a Drive that it has left for an hour"),
        pytest.param("nfs4", 40, False, id="a network whose locks tell"),
        pytest.param(None, 40, False, id="a disk that has come from there"),
    ],
)
def test_another_machine_may_still_search_where_locks_do_not_tell(
    tmp_path: Path, network: str | None, age_s: float, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hypertemplate.search.storage.lock.network_type", lambda folder: network)
    path = tmp_path / "lock"
    path.write_text("77 colab-1 2026-11-30 11:35:02\n")
    then = time.time() - age_s
    os.utime(path, (then, then))
    if not refused:
        held = lock(tmp_path)
        assert held.died
        held.release()
        return
    with pytest.raises(UsageError) as caught:
        lock(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: a search wrote there 40s ago (process 77 on colab-1 since 2026-11-30 11:35:02), and this "
        f"file system does not tell whether it still runs; wait until it ends, or remove {path} if that machine "
        "is gone"
    )
    path.unlink()
    lock(tmp_path).release()


def test_without_locks_a_process_that_lives_is_known_by_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", flock)
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        path.write_text(f"{other.pid} {HOST} 2026-11-30 11:35:02\n")
        with pytest.raises(UsageError, match=rf"\(process {other.pid} since .*, or remove {path} if that is"):
            lock(tmp_path)
        other.communicate(b"\n")
    held = lock(tmp_path)
    assert held.died
    assert "without locks" in held.note
    held.release()
    lock(tmp_path).release()


@pytest.mark.parametrize(
    ("number", "found"),
    [
        pytest.param(errno.EAGAIN, True, id="another process has it"),
        pytest.param(errno.ENOLCK, False, id="a network without its service"),
        pytest.param(errno.ENOSYS, False, id="a program that knows none"),
    ],
)
def test_the_locks_of_sqlite(
    tmp_path: Path, number: int, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert has_locks(tmp_path), "nobody has written there"
    lock(tmp_path).release()
    assert has_locks(tmp_path)

    def lockf(descriptor: int, operation: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr("fcntl.lockf", lockf)
    assert has_locks(tmp_path) == found
