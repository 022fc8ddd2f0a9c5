from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.runtime.hooks.gradients import forget_gradients

OPS = "tensorflow.python.framework.ops"


def registered(module: str) -> dict[str, Any]:
    """An entry as TensorFlow makes it for a custom gradient whose function is defined in `module`."""
    grad_fn: Callable[[], None] = lambda: None  # noqa: E731 - all_reduce has a lambda there
    grad_fn.__module__ = module

    def tape_grad_fn() -> None:
        grad_fn()

    def internal_grad_fn() -> None:
        tape_grad_fn()

    return {"type": internal_grad_fn, "location": "somewhere"}


SUM = registered("tensorflow.python.distribute.distribute_lib")
OWN = registered("hypertemplate_program")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"CustomGradient-1": SUM, "CustomGradient-2": SUM}, {}, id="sums over replicas go"),
        pytest.param({"CustomGradient-1": OWN}, {"CustomGradient-1": OWN}, id="the user's own stay"),
        pytest.param({"MatMul": SUM}, {"MatMul": SUM}, id="those of TensorFlow's operations stay"),
        pytest.param(
            {"CustomGradient-1": {"type": len}}, {"CustomGradient-1": {"type": len}}, id="what is new stays"
        ),
    ],
)
def test_which_gradients_are_forgotten(
    before: dict[str, Any], after: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = dict(before)
    ops = SimpleNamespace(gradient_registry=SimpleNamespace(_registry=registry))
    monkeypatch.setitem(sys.modules, OPS, ops)
    forget_gradients()
    assert registry == after


@pytest.mark.parametrize(
    "ops",
    [
        pytest.param(SimpleNamespace(), id="no registry"),
        pytest.param(SimpleNamespace(gradient_registry=SimpleNamespace()), id="another kind of registry"),
    ],
)
def test_a_tensorflow_that_keeps_them_elsewhere_is_left_alone(
    ops: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, OPS, ops)
    forget_gradients()
    monkeypatch.delitem(sys.modules, OPS)
    forget_gradients()
