from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.runtime.checkpoint import SaveError, save_model


class Model:
    """Saves like a Keras model."""

    def __init__(self, text: str = "weights", fails: bool = False) -> None:
        self.text = text
        self.fails = fails

    def save(self, path: str) -> None:
        assert path.endswith(".keras")
        Path(path).write_text(self.text)
        if self.fails:
            raise OSError("disk full")


class FolderModel:
    """Saves as a folder, like a TensorFlow SavedModel."""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails

    def save(self, path: str) -> None:
        Path(path).mkdir()
        (Path(path) / "graph.pb").write_text("graph")
        if self.fails:
            raise OSError("disk full")


def test_a_model_is_saved_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "new" / "best.keras"
    save_model(Model("one"), str(target))
    save_model(Model("two"), str(target))
    assert [(path.name, path.read_text()) for path in target.parent.iterdir()] == [("best.keras", "two")]


def test_a_model_may_be_a_folder(tmp_path: Path) -> None:
    save_model(FolderModel(), str(tmp_path / "best"))
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == [
        "best",
        "best/graph.pb",
    ]


@pytest.mark.parametrize(
    "model",
    [pytest.param(Model("half", fails=True), id="a file"), pytest.param(FolderModel(True), id="a folder")],
)
def test_a_save_that_fails_leaves_what_was_there(model: object, tmp_path: Path) -> None:
    target = tmp_path / "best.keras"
    target.write_text("old")
    with pytest.raises(OSError, match="disk full"):
        save_model(model, str(target))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("best.keras", "old")]


def test_what_is_no_keras_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SaveError) as caught:
        save_model({"weights": 1}, str(tmp_path / "best.keras"))
    assert str(caught.value) == "the 'model' is a dict, and only a Keras model can be saved"
    assert list(tmp_path.iterdir()) == []
