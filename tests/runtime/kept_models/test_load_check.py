"""Kept models that another process could not load, with a Keras in a few lines."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.runtime.kept_models.load_check import LoadCheck

WRAPPED = (
    "Sequential could not be deserialized properly.\n\nconfig={...}.\n\nException encountered: "
    "Exception encountered when calling Net.call().\n\n\x1b[1mname 'SCALE' is not\ndefined\x1b[0m\n\nArguments ..."
)


class Keras(SimpleNamespace):
    """Loads a network, or raises, and remembers what was registered meanwhile."""

    def __init__(self) -> None:
        self.registered = {"mine>Net": 1}
        self.loads: list[dict[str, Any]] = []
        self.result: Any = SimpleNamespace(layers=[])
        super().__init__(
            saving=SimpleNamespace(load_model=self.load, get_custom_objects=lambda: self.registered)
        )

    def load(self, path: str, custom_objects: Any, safe_mode: bool) -> Any:
        self.loads.append(dict(self.registered))
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Keras:
    keras = Keras()
    monkeypatch.setitem(sys.modules, "keras", keras)
    return keras


def saved(folder: Path, config: Any) -> str:
    path = folder / "trial-0000.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    return str(path)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        pytest.param(TypeError(WRAPPED), "TypeError: name 'SCALE' is not defined", id="the innermost message alone"),
        pytest.param(
            TypeError("Could not locate class 'A'. Import it. Full object config: {'module': ...}"),
            "TypeError: Could not locate class 'A'. Import it",
            id="less a config",
        ),
        pytest.param(MemoryError("no room"), "", id="no memory for a second network says nothing"),
        pytest.param(SimpleNamespace(layers=[SimpleNamespace(function=lambda x: abs(x))]), "", id="a lambda that uses no names"),
        pytest.param(
            SimpleNamespace(layers=[SimpleNamespace(layers=[SimpleNamespace(function=lambda x: [x * A for _ in B])])]),  # type: ignore[name-defined] # noqa: F821
            "a lambda uses A and B, and Keras saves its code alone",
            id="one that does, in a network inside",
        ),
    ],
)  # fmt: skip
def test_why_a_model_cannot_be_loaded(keras: Keras, result: Any, reason: str, tmp_path: Path) -> None:
    keras.result = result
    assert LoadCheck().reason(saved(tmp_path, {"class_name": "Net"})) == reason
    assert keras.loads == [{}], "what this process has registered does not count"
    assert keras.registered == {"mine>Net": 1}


def test_networks_of_one_form_are_loaded_once(keras: Keras, tmp_path: Path) -> None:
    check = LoadCheck()
    for name in ("dense", "dense_7", "conv2d"):
        assert check.reason(saved(tmp_path, {"class_name": "Layer", "name": name, "units": 3})) == ""
    assert len(keras.loads) == 2


def test_what_keras_has_not_written_is_not_loaded(keras: Keras, tmp_path: Path) -> None:
    (tmp_path / "a.pickle").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "b.keras", "w"):
        pass
    assert LoadCheck().reason(str(tmp_path / "a.pickle")) == ""
    assert LoadCheck().reason(str(tmp_path / "b.keras")) == ""
    assert keras.loads == []
