"""What the tests in this folder share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hypertemplate.runtime.files import file_doors, trial_files


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, which is the user's."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def doors() -> Iterator[None]:
    """Doors as in a worker."""
    restore = file_doors.install()
    yield
    restore()


@pytest.fixture
def study(here: Path) -> Path:
    """Folder of the trials' folders."""
    return here / "model.study" / "trials"


@pytest.fixture
def own(here: Path, doors: None, study: Path) -> Iterator[Path]:
    """The folder of a trial that runs."""
    with trial_files.running(0, str(study / "0000"), {}, str(here)):
        yield study / "0000"
