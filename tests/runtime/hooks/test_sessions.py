from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.runtime.hooks.sessions import clear_sessions


class Keras:
    """The global state of a Keras, as `clear_session` treats it."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self.cleared = 0
        self.backend = SimpleNamespace(clear_session=self._clear)

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


def test_each_keras_is_cleared(keras: Keras) -> None:
    keras.state["uids"] = {"dense": 3}
    clear_sessions()
    assert (keras.state, keras.cleared) == ({}, 1)


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
