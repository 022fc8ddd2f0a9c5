from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from hypertemplate.runtime.hooks.jit import compile_models, is_compilers


def keras() -> Any:
    """A Keras whose `compile` returns what it was given."""

    class Model:
        def compile(
            self, optimizer: str = "rmsprop", run_eagerly: bool = False, jit_compile: Any = "default"
        ) -> tuple[str, bool, Any]:
            return optimizer, run_eagerly, jit_compile

    module: Any = ModuleType("keras")
    module.Model = Model
    return module


@pytest.mark.parametrize(
    ("args", "kwargs", "wanted", "compiled"),
    [
        pytest.param((), {}, True, ("rmsprop", False, True), id="the code does not say"),
        pytest.param(("sgd",), {}, True, ("sgd", False, True), id="it says something else"),
        pytest.param((), {}, False, ("rmsprop", False, "default"), id="this model is not to be compiled"),
        pytest.param(
            (), {"jit_compile": False}, True, ("rmsprop", False, False), id="the code says that it is not"
        ),
        pytest.param((), {"jit_compile": "auto"}, True, ("rmsprop", False, "auto"), id="Keras decides"),
        pytest.param(("sgd", False, None), {}, True, ("sgd", False, None), id="it says so by place"),
        pytest.param(
            (), {"run_eagerly": True}, True, ("rmsprop", True, "default"), id="the code asks to run eagerly"
        ),
    ],
)
def test_what_is_compiled(args: tuple[Any, ...], kwargs: dict[str, Any], wanted: bool, compiled: Any) -> None:
    module = keras()
    compile_models(module, lambda: wanted)
    assert module.Model().compile(*args, **kwargs) == compiled


def test_it_stands_where_keras_defines_it() -> None:
    module = keras()
    trainer = module.Model
    module.Model = type("Model", (trainer,), {})
    compile_models(module, lambda: True)
    assert "compile" not in vars(module.Model)
    assert module.Model.compile is trainer.compile, (
        "else it would be taken for one that a model has of its own"
    )


def test_what_was_there_is_given_back() -> None:
    module = keras()
    own = module.Model.compile
    (give_back,) = compile_models(module, lambda: True)
    give_back()
    assert module.Model.compile is own


def test_a_release_that_knows_no_compiler_is_left_as_it_is() -> None:
    class Model:
        def compile(self, optimizer: str = "rmsprop") -> None: ...

    module: Any = ModuleType("keras")
    module.Model = Model
    own = Model.compile
    assert compile_models(module, lambda: True) == []
    assert module.Model.compile is own


class InductorError(Exception):
    __module__ = "torch._inductor.exc"


@pytest.mark.parametrize(
    ("error", "compilers"),
    [
        pytest.param(
            ValueError("Detected unsupported operations ... on XLA_CPU_JIT"), True, id="TensorFlow's"
        ),
        pytest.param(InductorError("no C++ compiler"), True, id="PyTorch's"),
        pytest.param(ValueError("Shapes (3,) and (4,) are incompatible"), False, id="another"),
    ],
)
def test_whose_an_exception_is(error: Exception, compilers: bool) -> None:
    assert is_compilers(error) is compilers
