from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.runtime.sessions import clear_sessions, read_settings


class Keras:
    """The global state of a Keras, as `clear_session` treats it."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self.cleared = 0
        self.backend = SimpleNamespace(clear_session=self._clear)
        self.config = SimpleNamespace(
            dtype_policy=lambda: self.state.get("policy", "float32"),
            set_dtype_policy=lambda policy: self.state.update(policy=policy),
            is_traceback_filtering_enabled=lambda: self.state.get("filtering", True),
            enable_traceback_filtering=lambda: self.state.update(filtering=True),
            disable_traceback_filtering=lambda: self.state.update(filtering=False),
            is_interactive_logging_enabled=lambda: self.state.get("logging", True),
            enable_interactive_logging=lambda: self.state.update(logging=True),
            disable_interactive_logging=lambda: self.state.update(logging=False),
        )
        self.distribution = SimpleNamespace(
            distribution=lambda: self.state.get("distribution"),
            set_distribution=lambda value: self.state.update(distribution=value),
        )

    def _clear(self) -> None:
        self.state.clear()
        self.cleared += 1


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Keras:
    """A Keras that is loaded, and no other one."""
    monkeypatch.delitem(sys.modules, "tf_keras", raising=False)
    keras = Keras()
    monkeypatch.setitem(sys.modules, "keras", keras)
    return keras


def test_what_setup_has_set_survives_and_what_a_trial_has_set_does_not(keras: Keras) -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    keras.config.disable_traceback_filtering()
    settings = read_settings()
    keras.config.set_dtype_policy("float64")
    keras.config.disable_interactive_logging()
    keras.state["uids"] = {"dense": 3}
    clear_sessions(settings)
    assert keras.state == {"policy": "mixed_bfloat16", "filtering": False, "logging": True}
    assert keras.cleared == 1


def test_a_distribution_is_set_again_if_there_was_one(keras: Keras) -> None:
    keras.distribution.set_distribution("two devices")
    settings = read_settings()
    clear_sessions(settings)
    assert keras.state["distribution"] == "two devices"


def test_an_older_release_without_some_functions_is_cleared_too(keras: Keras) -> None:
    del keras.config, keras.distribution
    keras.state["uids"] = {"dense": 3}
    clear_sessions(read_settings())
    assert keras.state == {}


def test_a_keras_that_was_loaded_after_setup_is_cleared_to_its_defaults(
    keras: Keras, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "keras")
    settings = read_settings()
    assert settings == ()
    monkeypatch.setitem(sys.modules, "keras", keras)
    keras.config.set_dtype_policy("float64")
    clear_sessions(settings)
    assert keras.state == {}


def test_legacy_keras_keeps_its_policy(keras: Keras, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "keras")
    state = {"policy": "mixed_float16"}
    legacy = SimpleNamespace(
        backend=SimpleNamespace(clear_session=lambda: None),
        mixed_precision=SimpleNamespace(
            global_policy=lambda: state["policy"],
            set_global_policy=lambda policy: state.update(policy=policy),
        ),
    )
    monkeypatch.setitem(sys.modules, "tf_keras", legacy)
    settings = read_settings()
    state["policy"] = "float32"
    clear_sessions(settings)
    assert state == {"policy": "mixed_float16"}
