"""The cache of studies without a folder: where it is, and which studies leave it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from hypertemplate.search.storage.lock import lock
from hypertemplate.search.storage.studies_cache import (
    MOST_ENDED,
    VARIABLE,
    new_place,
    remove_oldest,
    studies_cache,
)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        pytest.param({VARIABLE: "/big/disk"}, "/big/disk", id="the user's folder"),
        pytest.param({VARIABLE: "~/studies"}, "/home/me/studies", id="below the home"),
        pytest.param({VARIABLE: "off"}, None, id="off"),
        pytest.param({VARIABLE: "0"}, None, id="off as a number"),
        pytest.param({"XDG_CACHE_HOME": "/caches"}, "/caches/hypertemplate/studies", id="the user's cache"),
        pytest.param({"XDG_CACHE_HOME": "here"}, "/home/me/.cache/hypertemplate/studies", id="relative"),
        pytest.param({VARIABLE: ""}, "/home/me/.cache/hypertemplate/studies", id="nothing said"),
    ],
)
def test_the_place(variables: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in (VARIABLE, "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/home/me", **variables}.items():
        monkeypatch.setenv(name, value)
    assert studies_cache() == (None if expected is None else Path(expected))


def test_the_place_on_a_mac_and_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/Users/me")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert studies_cache() == Path("/Users/me/Library/Caches/hypertemplate/studies")

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert studies_cache() is None


def test_places_are_readable_and_differ(tmp_path: Path) -> None:
    first = new_place(tmp_path, "the notebook (draft)")
    assert first.name.startswith("the-notebook-draft-20")
    first.mkdir()
    second = new_place(tmp_path, "the notebook (draft)")
    assert second != first
    assert new_place(tmp_path, "??").name.startswith("study-")


def study(cache: Path, name: str, age_s: float) -> Path:
    folder = cache / f"{name}.study"
    folder.mkdir(parents=True)
    for path in (folder / "study.db", folder):
        path.touch()
        os.utime(path, (1e9 - age_s, 1e9 - age_s))
    return folder


def test_the_newest_that_ended_stay_and_every_live_one(tmp_path: Path) -> None:
    ended = [study(tmp_path, f"ended-{number}", number) for number in range(MOST_ENDED + 3)]
    live, dead = study(tmp_path, "live", 5000), study(tmp_path, "dead", 0.5)
    other = tmp_path / "notes"
    other.mkdir()
    held = lock(live)
    (dead / "lock").write_text("12345          \n")
    os.utime(dead, (1e9 - 0.5, 1e9 - 0.5))
    remove_oldest(tmp_path)
    assert {*tmp_path.iterdir()} == {*ended[: MOST_ENDED - 1], live, dead, other}
    held.release()
    remove_oldest(tmp_path)
    assert len([*tmp_path.glob("*.study")]) == MOST_ENDED


def test_a_study_that_a_search_takes_at_that_moment_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hypertemplate.search.storage.studies_cache.is_held", lambda folder: False)
    folders = [study(tmp_path, f"s{number}", number) for number in range(MOST_ENDED + 2)]
    held = lock(folders[-1])
    os.utime(folders[-1], (1, 1))
    remove_oldest(tmp_path)
    assert {*tmp_path.iterdir()} == {*folders[:MOST_ENDED], folders[-1]}
    held.release()


def test_a_cache_that_is_not_there_has_nothing_to_remove(tmp_path: Path) -> None:
    remove_oldest(tmp_path / "none")
