"""Classes and functions of the template in the file of a Keras model."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.runtime.kept_models.checkpoint import load_model
from hypertemplate.runtime.kept_models.model_objects import OBJECTS, add_objects, objects_in
from hypertemplate.runtime.own_code import MODULE_NAME

CONFIG = {
    "class_name": "Sequential",
    "config": [
        {"module": MODULE_NAME, "class_name": "Net", "registered_name": "mine>Net"},
        {"config": "scale"},
    ],
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model's file, in a process with a template."""
    module = ModuleType(MODULE_NAME)
    monkeypatch.setitem(sys.modules, MODULE_NAME, module)
    exec("class Net: value = 2\nclass Other: pass\ndef scale(x): return 2 * x\nSequential = 1", vars(module))
    path = tmp_path / "best.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(CONFIG))
    return path


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A Keras that loads what is registered before what it is given."""
    keras: Any = ModuleType("keras")
    keras.saving = ModuleType("keras.saving")
    keras.registered = {"mine>Net": "another trial's", "mine>More": 1}
    keras.saving.get_custom_objects = lambda: keras.registered
    keras.saving.get_registered_name = lambda value: f"mine>{value.__name__}"
    keras.saving.load_model = lambda path, custom_objects, safe_mode: {**custom_objects, **keras.registered}
    monkeypatch.setitem(sys.modules, "keras", keras)
    return keras


def test_what_the_config_names_is_in_the_file_and_comes_first(
    file: Path, keras: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_objects(file)
    monkeypatch.delitem(sys.modules, MODULE_NAME)
    found = objects_in(file)
    assert found.keys() == {"Net", "scale", "mine>Net", "mine>scale"}
    assert (found["Net"].value, found["scale"](3)) == (2, 6)
    loaded = load_model(str(file), {"Net": int, "Mine": str}, trust=True)
    assert loaded["mine>Net"].value == loaded["Net"].value == 2
    assert (loaded["Mine"], loaded["mine>More"]) == (str, 1)
    assert keras.registered == {"mine>Net": "another trial's", "mine>More": 1}


def test_nothing_in_the_file_is_unpickled_without_trust(file: Path, keras: Any) -> None:
    add_objects(file)
    with zipfile.ZipFile(file, "a") as archive:
        assert OBJECTS in archive.namelist()
    assert load_model(str(file), {}, trust=False) == keras.registered


@pytest.mark.parametrize("case", ["no template", "no archive", "no config", "nothing of the template"])
def test_a_file_without_objects(case: str, file: Path, keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if case == "no template":
        monkeypatch.delitem(sys.modules, MODULE_NAME)
    elif case == "no archive":
        file.write_text("weights")
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(
                "metadata.json" if case == "no config" else "config.json", '{"class_name": "Dense"}'
            )
    before = file.read_bytes()
    add_objects(file)
    assert objects_in(file) == {}
    assert file.read_bytes() == before
