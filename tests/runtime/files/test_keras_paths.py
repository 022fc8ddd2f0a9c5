from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.runtime.files.keras_paths import hook, redirect_files
from hypertemplate.runtime.files.trial_files import running
from hypertemplate.runtime.hooks.imports import ImportWatcher


class Callback:
    def __init__(self, filename: Any = "logs") -> None:
        self.filename = filename

    def set_model(self, model: Any) -> str:
        """Begin a fit."""
        self.seen = dict(vars(self))
        return "set"


def make_keras(name: str = "keras") -> Any:
    """A Keras in a few lines: `Model.save` calls `save_model` of a module deep inside, as the real one does."""
    inside: Any = ModuleType(f"{name}.src.saving")

    def save_model(model: Any, filepath: Any, overwrite: bool = True) -> Any:
        """Save."""
        return filepath

    def load_model(filepath: Any, compile: bool = True) -> Any:
        return filepath

    inside.save_model, inside.load_model = save_model, load_model

    class Model:
        def save(self, filepath: Any, overwrite: bool = True) -> Any:
            return inside.save_model(self, filepath, overwrite)

        def save_weights(self, filepath: Any) -> Any:
            return filepath

        def load_weights(self, filepath: Any, skip_mismatch: bool = False) -> Any:
            return filepath

    class ModelCheckpoint(Callback):
        def __init__(self, filepath: Any) -> None:
            self.filepath = os.fspath(filepath)

    class BackupAndRestore(Callback):
        def __init__(self, backup_dir: Any) -> None:
            self.backup_dir = backup_dir
            self._weights_path = f"{backup_dir}/latest.weights.h5"
            self.backup_directory = "backups of another kind"

    class TensorBoard(Callback):
        def __init__(self, log_dir: Any = "logs") -> None:
            self.log_dir = log_dir

        def set_model(self, model: Any) -> str:
            self._train_dir = f"{self.log_dir}/train"
            return super().set_model(model)

    class CSVLogger(Callback):
        pass

    module: Any = ModuleType(name)
    module.Model = Model
    for place in ("saving", "models"):
        setattr(module, place, ModuleType(f"{name}.{place}"))
        vars(getattr(module, place)).update(save_model=save_model, load_model=load_model)
    module.callbacks = ModuleType(f"{name}.callbacks")
    for callback in (ModelCheckpoint, BackupAndRestore, TensorBoard, CSVLogger):
        setattr(module.callbacks, callback.__name__, callback)
    module.inside = inside
    return module


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A loaded Keras that is hooked."""
    module = make_keras()
    for one in (module, module.saving, module.models, module.inside):
        monkeypatch.setitem(sys.modules, one.__name__, one)
    hook(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The folder of a trial that runs."""
    with running(0, str(tmp_path / "0000"), {}):
        yield tmp_path / "0000"


def test_what_saves_writes_in_the_trials_folder(keras: Any, folder: Path) -> None:
    model, place = keras.Model(), str(folder / "best.keras")
    assert model.save("best.keras") == place
    assert model.save(overwrite=False, filepath=Path("best.keras")) == place
    assert model.save_weights("best.keras") == place
    assert keras.saving.save_model(model, "best.keras") == place
    assert keras.models.save_model(model, "best.keras") == place
    assert keras.inside.save_model(model, "best.keras") == place


def test_what_loads_reads_what_the_trial_wrote_and_else_the_users_file(keras: Any, folder: Path) -> None:
    model = keras.Model()
    assert model.load_weights("best.keras") == "best.keras"
    Path(model.save("best.keras")).write_text("x")
    for load in (
        model.load_weights,
        keras.models.load_model,
        keras.saving.load_model,
        keras.inside.load_model,
    ):
        assert load("best.keras") == str(folder / "best.keras")
        assert load("other.keras") == "other.keras"


def test_outside_a_trial_everything_is_as_it_was(keras: Any) -> None:
    model = keras.Model()
    assert model.save("best.keras") == keras.models.load_model("best.keras") == "best.keras"
    checkpoint = keras.callbacks.ModelCheckpoint("best.keras")
    assert checkpoint.set_model(model) == "set"
    assert checkpoint.filepath == "best.keras"


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        pytest.param("ModelCheckpoint", "best.keras", {"filepath": "best.keras"}, id="checkpoint"),
        pytest.param("ModelCheckpoint", "{epoch}.keras", {"filepath": "{epoch}.keras"}, id="with a format"),
        pytest.param("CSVLogger", Path("log.csv"), {"filename": "log.csv"}, id="a path object"),
        pytest.param("TensorBoard", "logs", {"log_dir": "logs", "_train_dir": "logs/train"}, id="board"),
        pytest.param(
            "BackupAndRestore",
            "backup",
            {"backup_dir": "backup", "_weights_path": "backup/latest.weights.h5"},
            id="backup",
        ),
    ],
)
def test_a_callback_writes_in_the_trials_folder(
    name: str, given: Any, expected: dict[str, str], keras: Any, folder: Path
) -> None:
    callback = getattr(keras.callbacks, name)(given)
    assert callback.set_model(None) == "set"
    assert {key: callback.seen[key] for key in expected} == {
        key: str(folder / value) for key, value in expected.items()
    }
    assert vars(callback).get("backup_directory", "backups of another kind") == "backups of another kind"


def test_a_callback_with_an_absolute_path_keeps_it(keras: Any, folder: Path) -> None:
    callback = keras.callbacks.CSVLogger("/tmp/log.csv")
    callback.set_model(None)
    assert callback.filename == "/tmp/log.csv"


def test_a_callback_that_serves_two_trials_writes_in_the_folder_of_each(keras: Any, tmp_path: Path) -> None:
    callback = keras.callbacks.BackupAndRestore("backup")
    for number in (0, 1):
        with running(number, str(tmp_path / f"{number}"), {}):
            callback.set_model(None)
            callback.set_model(None)
            assert callback._weights_path == str(tmp_path / f"{number}" / "backup/latest.weights.h5")
    callback.set_model(None)
    assert (callback.backup_dir, callback._weights_path) == ("backup", "backup/latest.weights.h5")


def test_folders_with_braces_do_not_disturb_a_checkpoints_format(keras: Any, tmp_path: Path) -> None:
    with running(0, str(tmp_path / "{x}"), {}):
        checkpoint = keras.callbacks.ModelCheckpoint("{epoch}.keras")
        checkpoint.set_model(None)
        assert checkpoint.filepath.format(epoch=3) == str(tmp_path / "{x}" / "3.keras")


def test_functions_look_as_before_and_refuse_what_they_refused(keras: Any) -> None:
    plain = make_keras()
    assert inspect.signature(keras.Model.save) == inspect.signature(plain.Model.save)
    assert keras.saving.save_model.__doc__ == "Save."
    with pytest.raises(TypeError, match="filepath"):
        keras.Model().save()


def test_what_is_hooked_once_is_enough(keras: Any) -> None:
    save = keras.Model.save
    assert hook(keras) == []
    assert keras.Model.save is save


def test_everything_can_be_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    module = make_keras("tf_keras")
    for one in (module, module.saving, module.models, module.inside):
        monkeypatch.setitem(sys.modules, one.__name__, one)
    holders = [module.Model, module.saving, module.models, module.inside, *vars(module.callbacks).values()]
    kinds = [holder for holder in holders if hasattr(holder, "__dict__")]
    before = [dict(vars(holder)) for holder in kinds]
    undo = redirect_files(ImportWatcher())
    assert [dict(vars(holder)) for holder in kinds] != before
    undo()
    assert [dict(vars(holder)) for holder in kinds] == before


def test_what_someone_else_has_put_there_since_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    module = make_keras()
    monkeypatch.setitem(sys.modules, "keras", module)
    undo = redirect_files(ImportWatcher())
    module.Model.save = theirs = lambda self, filepath: filepath
    undo()
    assert module.Model.save is theirs


def test_a_package_of_the_users_that_is_called_keras_is_left_alone() -> None:
    assert hook(ModuleType("keras")) == []
    other: Any = ModuleType("keras")
    other.Model = type("Model", (), {"save": lambda self: None})
    assert hook(other) == []
