from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.runtime.hooks.sessions import clear_sessions, read_settings


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


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No framework is loaded."""
    for name in ("keras", "tf_keras", "jax", "torch", "torch._dynamo"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return monkeypatch


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Keras:
    """A Keras that is loaded, and no other one."""
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


def test_what_jax_has_compiled_is_forgotten(alone: pytest.MonkeyPatch) -> None:
    cleared: list[str] = []
    alone.setitem(sys.modules, "jax", SimpleNamespace(clear_caches=lambda: cleared.append("jax")))
    clear_sessions()
    assert cleared == ["jax"]


def test_an_older_jax_that_cannot_forget_is_left_as_it_is(alone: pytest.MonkeyPatch) -> None:
    alone.setitem(sys.modules, "jax", SimpleNamespace())
    clear_sessions()


@pytest.mark.parametrize(
    ("on_gpu", "on_apple", "compiles", "done"),
    [
        pytest.param(False, False, False, [], id="on the CPU there is nothing to give back"),
        pytest.param(True, False, False, ["cuda"], id="the memory of a GPU is given back"),
        pytest.param(False, True, False, ["mps"], id="the memory of Apple's is given back"),
        pytest.param(False, False, True, ["reset"], id="what was compiled is forgotten"),
        pytest.param(True, False, True, ["reset", "cuda"], id="first what holds memory, then the memory"),
    ],
)
def test_what_torch_holds_is_given_back(
    on_gpu: bool, on_apple: bool, compiles: bool, done: list[str], alone: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    torch = SimpleNamespace(
        compiler=SimpleNamespace(reset=lambda: called.append("reset")),
        cuda=SimpleNamespace(is_initialized=lambda: on_gpu, empty_cache=lambda: called.append("cuda")),
        backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: on_apple)),
        mps=SimpleNamespace(empty_cache=lambda: called.append("mps")),
    )
    alone.setitem(sys.modules, "torch", torch)
    if compiles:
        alone.setitem(sys.modules, "torch._dynamo", SimpleNamespace())
    clear_sessions()
    assert called == done
