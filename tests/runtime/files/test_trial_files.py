from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.runtime.files.trial_files import as_format, running, to_read, to_write

FILE = io.BytesIO()


@pytest.mark.parametrize(
    ("given", "place"),
    [
        pytest.param("best.keras", "best.keras", id="a name"),
        pytest.param("logs/best.keras", "logs/best.keras", id="in a folder"),
        pytest.param("./best.keras", "best.keras", id="from here"),
        pytest.param(Path("logs/x.csv"), "logs/x.csv", id="a path object"),
        pytest.param("../best.keras", "above/best.keras", id="above"),
        pytest.param("logs/../../x", "above/x", id="above by a detour"),
        pytest.param("logs/", "logs", id="a folder"),
        pytest.param("{epoch:02d}.keras", "{epoch:02d}.keras", id="a format"),
    ],
)
def test_a_relative_path_lies_in_the_trials_folder(given: Any, place: str, tmp_path: Path) -> None:
    with running(0, str(tmp_path / "0000"), {}):
        found = to_write(given)
        assert found == str(tmp_path / "0000" / place)
        assert Path(found).parent.is_dir()
        assert not Path(found).exists()


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("/tmp/best.keras", id="an absolute path"),
        pytest.param("gs://bucket/best.keras", id="an address"),
        pytest.param("", id="nothing"),
        pytest.param(FILE, id="an open file"),
        pytest.param(None, id="None"),
    ],
)
def test_what_is_no_relative_path_stays(given: Any, tmp_path: Path) -> None:
    with running(0, str(tmp_path), {}):
        assert to_write(given) is given
        assert to_read(given) is given


def test_without_a_trial_or_a_folder_paths_stay() -> None:
    assert to_write("best.keras") == to_read("best.keras") == "best.keras"
    with running(0, "", {}):
        assert to_write("best.keras") == to_read("best.keras") == "best.keras"


def test_what_the_trial_wrote_is_read_and_else_what_the_user_has(tmp_path: Path) -> None:
    with running(0, str(tmp_path), {}):
        assert to_read("best.keras") == "best.keras"
        Path(to_write("best.keras")).write_text("mine")
        assert to_read("./best.keras") == str(tmp_path / "best.keras")
        assert to_read("other.keras") == "other.keras"


def test_a_checkpoint_of_tensorflow_is_known_by_its_index(tmp_path: Path) -> None:
    with running(0, str(tmp_path), {}):
        Path(to_write("weights") + ".index").write_text("")
        assert to_read("weights") == str(tmp_path / "weights")


def test_what_an_earlier_attempt_left_is_gone_less_its_output(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "0000", tmp_path / "mine"
    (folder / "backup").mkdir(parents=True)
    (folder / "backup" / "latest.weights.h5").write_text("half")
    (folder / "best.keras").write_text("half")
    (folder / "output.log").write_text("printed")
    elsewhere.mkdir()
    (elsewhere / "data.csv").write_text("1")
    (folder / "link").symlink_to(elsewhere)
    with running(0, str(folder), {}):
        assert [path.name for path in folder.iterdir()] == ["output.log"]
    assert (elsewhere / "data.csv").exists()


def test_a_format_keeps_the_braces_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "{study}"
    with running(0, str(folder), {}):
        path = as_format(to_write("{epoch}.keras"))
    assert path.format(epoch=3) == str(folder / "3.keras")
