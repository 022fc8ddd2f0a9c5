from __future__ import annotations

import json
import sys
import threading
import zipfile
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.errors import NoModelError
from hypertemplate.runtime.kept_models import checkpoint
from hypertemplate.runtime.kept_models.checkpoint import UntrustedError, load_model, save_model, save_weights
from hypertemplate.runtime.own_code import MODULE_NAME


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
    assert save_model(Model("two"), str(target)) == str(target)
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


class Unsavable(Model):
    """A model of Keras whose class tells no config."""

    name = "net"
    layers = ()
    weights = ()

    def get_config(self) -> None:
        raise NotImplementedError("no config")

    def save_weights(self, path: str) -> None:
        assert path.endswith(".weights.h5")
        if self.fails:
            raise OSError("disk full")
        Path(path).write_text(self.text)


def test_what_keras_cannot_save_leaves_its_weights_and_its_config(tmp_path: Path) -> None:
    target = tmp_path / "trial-0007.keras"
    save_weights(Unsavable("old"), str(target), "old")
    place = save_weights(Unsavable("new"), str(target), "no config")
    assert place == str(tmp_path / "trial-0007.parts")
    assert [path.name for path in tmp_path.iterdir()] == ["trial-0007.parts"]
    files = {path.name: path.read_text() for path in Path(place).iterdir()}
    assert (files["model.weights.h5"], files["reason.txt"]) == ("new", "no config")
    told = json.loads(files["config.json"])
    assert (told["class"], told["name"], told["config"], told["compile_config"]) == (
        "Unsavable",
        "net",
        None,
        None,
    )
    with pytest.raises(NoModelError) as caught:
        load_model(place, {}, trust=False)
    assert str(caught.value).startswith(
        f"there is no model: Keras could not save it: no config; {place}/model.weights.h5 has its weights"
    )


def test_weights_that_cannot_be_saved_leave_nothing(tmp_path: Path) -> None:
    assert save_weights(Model(), str(tmp_path / "best.keras"), "") is None
    with pytest.raises(OSError, match="disk full"):
        save_weights(Unsavable(fails=True), str(tmp_path / "best.keras"), "")
    assert list(tmp_path.iterdir()) == []


class Estimator:
    """A model without `save`, of the user's own module."""

    def __init__(self, weight: float) -> None:
        self.weight = weight


@pytest.fixture
def in_a_worker(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """`Estimator` is of the user's module, which is loaded here."""
    module = ModuleType(MODULE_NAME)
    vars(module).update(Estimator=Estimator)
    monkeypatch.setitem(sys.modules, MODULE_NAME, module)
    monkeypatch.setattr(Estimator, "__module__", MODULE_NAME)
    return monkeypatch


def test_what_is_no_keras_model_is_pickled_and_loaded_back(in_a_worker: Any, tmp_path: Path) -> None:
    place = save_model(Estimator(0.5), str(tmp_path / "models" / "trial-0007.keras"))
    assert place == str(tmp_path / "models" / "trial-0007.pickle")
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["trial-0007.pickle"]
    assert load_model(place, {}, trust=True).weight == 0.5
    # The driver has no such module: the class is in the file.
    in_a_worker.delitem(sys.modules, MODULE_NAME)
    assert load_model(place, {}, trust=True).weight == 0.5
    assert MODULE_NAME not in sys.modules


def test_a_pickle_is_not_loaded_without_trust(tmp_path: Path) -> None:
    with pytest.raises(UntrustedError) as caught:
        load_model(str(tmp_path / "trial-0007.pickle"), {}, trust=False)
    assert str(caught.value) == (
        "trial-0007.pickle is a pickle, which can run any code when it is loaded; "
        "if you know who made it, pass trust=True"
    )


def test_what_cannot_be_pickled_either_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="pickle"):
        save_model(threading.Lock(), str(tmp_path / "best.keras"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("trust", [True, False])
def test_keras_loads_what_runs_code_only_with_trust(
    trust: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keras: Any = ModuleType("keras")
    keras.saving = ModuleType("keras.saving")
    keras.saving.load_model = lambda path, custom_objects, safe_mode: (path, custom_objects, safe_mode)
    monkeypatch.setitem(sys.modules, "keras", keras)
    objects = {"Model": Model, "number": 1}
    assert load_model("best.keras", objects, trust=trust) == ("best.keras", {"Model": Model}, not trust)


@pytest.mark.parametrize(
    ("version", "installed", "package"),
    [
        pytest.param("3.15.1", True, "keras", id="Keras 3 saved it"),
        pytest.param("2.21.0", True, "tf_keras", id="tf_keras saved it"),
        pytest.param(
            "2.15.0", False, "keras", id="it is of the Keras of an older TensorFlow, and so is this one"
        ),
    ],
)
def test_a_file_is_loaded_by_the_keras_that_saved_it(
    version: str, installed: bool, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("keras", "tf_keras"):
        keras: Any = ModuleType(name)
        keras.saving = ModuleType("saving")
        keras.saving.load_model = lambda path, name=name, **options: name
        monkeypatch.setitem(sys.modules, name, keras)
    spec = ModuleSpec("tf_keras", None) if installed else None
    monkeypatch.setattr(checkpoint.importlib.util, "find_spec", lambda name: spec)  # type: ignore[attr-defined]
    path = tmp_path / "best.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
    assert load_model(str(path), {}, trust=True) == package
