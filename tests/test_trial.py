from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate import trial
from hypertemplate.runtime.files.trial_files import running


def test_outside_a_search_there_is_no_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (trial.number, trial.folder, dict(trial.params)) == (None, tmp_path, {})


def test_a_trial_that_runs_is_told_of_and_then_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "trials" / "0007"
    with running(7, str(folder), {"units": 64}):
        assert not folder.exists()
        (trial.folder / "mine.txt").write_text("x")
        assert (trial.number, trial.folder, dict(trial.params)) == (7, folder, {"units": 64})
    assert trial.number is None
    assert (folder / "mine.txt").exists()


def test_a_trial_that_raises_is_forgotten_too(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="bad"), running(7, str(tmp_path), {}):
        raise ValueError("bad")
    assert trial.number is None


def test_without_a_folder_it_is_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with running(7, "", {}):
        assert trial.folder == tmp_path


def test_the_values_cannot_be_changed() -> None:
    given = {"units": 64}
    with running(7, "", given), pytest.raises(TypeError):
        trial.params["units"] = 1  # type: ignore[index]
    assert given == {"units": 64}


def test_what_it_has_is_listed_and_nothing_else_is_there() -> None:
    assert {"folder", "number", "params"} <= set(dir(trial))
    with pytest.raises(AttributeError, match=r"module 'hypertemplate\.trial' has no attribute 'loss'"):
        trial.loss  # noqa: B018
