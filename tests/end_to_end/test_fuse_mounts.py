"""A study on a FUSE mount without shared memory, as a notebook's cloud drive is."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import hypertemplate
from hypertemplate.search.storage.sqlite.reader import read_study
from tests.api.support import Modules, modules

__all__ = ["modules"]

pytestmark = pytest.mark.slow

TEXT = """
    def model():
        x = {{uniform(0, 1)}}
        return {'loss': x, 'model': [x]}
"""


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    """A folder behind a program; with ``direct_io`` the kernel maps none of its files into shared memory."""
    behind, place = tmp_path / "behind", tmp_path / "drive"
    behind.mkdir()
    place.mkdir()
    bindfs, unmount = shutil.which("bindfs"), shutil.which("fusermount")
    if bindfs is None or unmount is None:
        pytest.skip("bindfs is not installed")
    command = [bindfs, "-o", "direct_io", str(behind), str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode or not place.is_mount():
        pytest.skip("nothing may be mounted")
    yield place
    subprocess.run([unmount, "-u", "-z", str(place)], check=True)


@pytest.fixture
def tune(modules: Modules) -> Callable[..., Any]:
    def call(folder: Path, max_evals: int) -> Any:
        return hypertemplate.tune(modules(TEXT).model, algo="random", study=folder, max_evals=max_evals)

    return call


def test_a_study_begins_and_is_resumed_there(
    drive: Path, tune: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    tune(drive / "m.study", 2)
    assert "is on a network or FUSE file system (fuse), so that keeping a trial takes longer" in (
        capsys.readouterr().err
    )
    assert len(tune(drive / "m.study", 4).trials) == 4
    assert len(read_study(drive / "m.study").study.trials) == 4


@pytest.mark.parametrize("has_log", [False, True], ids=["that ended", "that was killed, with its log"])
def test_a_study_of_a_disk_goes_on_there(
    drive: Path, tmp_path: Path, tune: Callable[..., Any], has_log: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if has_log:  # what a kill leaves
        monkeypatch.setattr(
            "hypertemplate.search.storage.sqlite.writer.SqliteStorage.close", lambda self: None
        )
    tune(tmp_path / "m.study", 3)
    monkeypatch.undo()
    assert (tmp_path / "m.study" / "study.db-wal").exists() == has_log
    shutil.copytree(tmp_path / "m.study", drive / "m.study")
    (drive / "m.study" / "lock").unlink()
    assert len(hypertemplate.load_study(drive / "m.study").trials) == 3
    assert len(tune(drive / "m.study", 5).trials) == 5


def test_a_file_system_that_is_not_known_to_lack_shared_memory(
    drive: Path, tune: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hypertemplate.search.storage.sqlite.writer.network_type", lambda folder: None)
    tune(drive / "m.study", 2)
    assert len(tune(drive / "m.study", 4).trials) == 4
