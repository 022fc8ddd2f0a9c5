"""Whether a search has a study's folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hypertemplate.search.storage.lock import FILE, is_held, lock


def test_a_folder_is_held_until_it_is_released(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    held = lock(tmp_path)
    assert is_held(tmp_path)
    held.release()
    assert not is_held(tmp_path)


def test_a_text_that_a_death_left_holds_nothing_and_stays(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("12345          \n")
    assert not is_held(tmp_path)
    after = lock(tmp_path)
    assert after.died
    after.release()


def test_what_cannot_be_found_out_is_taken_for_a_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    assert is_held(tmp_path)
