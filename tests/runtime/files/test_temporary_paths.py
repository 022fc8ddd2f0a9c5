"""Temporary folders and files that setup makes: each trial finds them as setup has left them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hypertemplate.runtime.files import temporary_paths
from hypertemplate.runtime.files.shared_files import SharedFiles
from hypertemplate.runtime.files.trial_files import running
from tests.runtime.programs import program

OUTSIDE = (
    "trials share files outside the working directory; use a relative path, which each trial has for itself"
)


@pytest.fixture
def temporary(tmp_path: Path, doors: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, outside the working directory."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setattr(temporary_paths, "_made", {})
    return place


def made_by_tempfile() -> Path:
    return Path(tempfile.mkdtemp())


def by_name() -> Path:
    folder = Path(tempfile.gettempdir()) / "mine" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


def there_already() -> Path:
    folder = Path(tempfile.gettempdir()) / "older"
    folder.mkdir()
    temporary_paths._made.clear()
    os.makedirs(folder, exist_ok=True)
    return folder


@pytest.mark.parametrize("make", [made_by_tempfile, by_name, there_already])
def test_each_trial_finds_a_folder_as_setup_has_left_it(
    make: Any, temporary: Path, here: Path, study: Path
) -> None:
    folder = make()
    np.save(folder / "base.npy", 1.0)
    for number in range(3):
        with running(number, str(study / str(number)), {}, str(here)) as notes:
            found = sorted(os.listdir(folder))
            base = float(np.load(folder / "base.npy"))
            np.save(folder / "base.npy", 2.0)
            np.save(folder / "best.npy", number)
            with (folder / "log.txt").open("a") as file:
                file.write("x")
            again = float(np.load(folder / "best.npy")), (folder / "log.txt").stat().st_size
        assert (found, base, again, notes) == (["base.npy"], 1.0, (float(number), 1), [])
    assert sorted(os.listdir(folder)) == ["base.npy"]
    assert (study / "0").is_dir()


def named() -> str:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        return file.name


def with_a_descriptor() -> str:
    descriptor, name = tempfile.mkstemp()
    os.close(descriptor)
    return name


@pytest.mark.parametrize("make", [with_a_descriptor, named])
def test_each_trial_finds_a_file_as_setup_has_left_it(
    make: Any, temporary: Path, here: Path, study: Path
) -> None:
    name = make()
    Path(name).write_text("setup ")
    for number in range(2):
        with running(number, str(study / str(number)), {}, str(here)):
            with open(name, "a") as file:
                file.write(f"{number}")
            assert Path(name).read_text() == f"setup {number}"


def test_a_temporary_folder_of_the_trials_own_is_what_it_is(temporary: Path, here: Path, study: Path) -> None:
    with running(0, str(study / "0"), {}, str(here)):
        folder = Path(tempfile.mkdtemp())
        (folder / "x.txt").write_text("x")
    assert (folder / "x.txt").read_text() == "x"


def test_a_folder_elsewhere_stays_the_users_and_what_another_trial_wrote_there_is_told(
    temporary: Path, tmp_path: Path, here: Path, study: Path
) -> None:
    best = tmp_path / "drive" / "best.npy"
    os.makedirs(best.parent)
    shared = SharedFiles(program(folder=here))
    told: list[str] = []
    for number in range(3):
        with running(number, str(study / str(number)), {}, str(here), shared) as notes:
            if number == 0:
                np.save(best, 0.5)
            np.load(best)
            Path("own.txt").write_text("x")
            Path("own.txt").read_text()
            np.save(tmp_path / f"drive/{number}.npy", number)
            np.load(tmp_path / f"drive/{number}.npy")
        told += notes
    assert told == [f"trial 1 reads {str(best)!r}, which trial 0 wrote: {OUTSIDE}"]
    assert best.exists()


def test_python_has_still_to_find_the_folder_of_temporary_files(
    here: Path, study: Path, doors: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    with running(0, str(study / "0"), {}, str(here)):
        assert tempfile.tempdir is None
        assert Path(tempfile.mkdtemp()).is_dir()
