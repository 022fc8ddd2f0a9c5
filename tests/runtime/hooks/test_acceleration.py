from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.origin import RETURNED_LOSS
from hypertemplate.runtime.hooks import strategies
from hypertemplate.runtime.hooks.acceleration import Accelerated, accelerate
from hypertemplate.runtime.hooks.batches import Sharing
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.strategies import Strategy
from hypertemplate.runtime.protocol import Acceleration, Complete, Finished, Ready, Run, RuntimeOptions
from tests.runtime.programs import program

FLOAT32 = SimpleNamespace(name="float32")


class Keras(ModuleType):
    """The settings of a Keras, which a cleared session forgets, and a model that tells how it was compiled."""

    def __init__(self, name: str, backend: str) -> None:
        super().__init__(name)
        self.policy = FLOAT32
        self.backend = SimpleNamespace(backend=lambda: backend, clear_session=self._clear)
        self.clear_session = self.backend.clear_session  # it has it in several places
        self.callbacks = SimpleNamespace(
            Callback=type("Callback", (), {}), CallbackList=type("CallbackList", (), {})
        )
        self.utils = SimpleNamespace(set_random_seed=lambda seed: None)
        self.mixed_precision = SimpleNamespace(global_policy=lambda: self.policy, set_global_policy=self._set)

        class Model:
            def compile(self, run_eagerly: bool = False, jit_compile: Any = "auto") -> Any:
                return jit_compile

            def fit(self, x: Any, batch_size: int = 32, callbacks: Any = None) -> int:
                return batch_size

            def evaluate(self, x: Any, batch_size: int = 32) -> int:
                return batch_size

            def predict(self, x: Any, batch_size: int = 32) -> int:
                return batch_size

        self.Model = Model

    def _set(self, policy: Any) -> None:
        self.policy = SimpleNamespace(name=policy) if isinstance(policy, str) else policy

    def _clear(self) -> None:
        self.policy = FLOAT32
        Scope.cleared_in.append(Scope.entered)


class Scope:
    """The strategy's, and when a session was cleared: in it or not."""

    entered = False
    cleared_in: list[bool] = []  # noqa: RUF012 - each test begins with an empty one
    given_back = 0


@contextlib.contextmanager
def scope() -> Iterator[None]:
    assert not Scope.entered
    Scope.entered = True
    try:
        yield
    finally:
        Scope.entered = False


def four_devices(keras: Any) -> Strategy:
    """A strategy as TensorFlow has it."""
    return Strategy(Sharing(4, any_size=False), scope, (_count_given_back,))


def _count_given_back() -> None:
    Scope.given_back += 1


def entered() -> bool:
    """Whether the code runs in the scope."""
    return Scope.entered


@pytest.fixture(autouse=True)
def no_frameworks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Keras is loaded, and TensorFlow's strategy is the one above."""
    for name in ("keras", "tf_keras", "torch"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(strategies.MAKERS, ("data parallel", "tensorflow"), four_devices)
    monkeypatch.setattr(Scope, "cleared_in", [])
    monkeypatch.setattr(Scope, "given_back", 0)


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Keras:
    """A Keras on TensorFlow that is loaded; its modules are what `sys.modules` says."""
    return loaded(monkeypatch, "tensorflow")


def loaded(monkeypatch: pytest.MonkeyPatch, backend: str, name: str = "keras") -> Keras:
    module = Keras(name, backend)
    monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, f"{name}.backend", module.backend)
    return module


def accelerated(**wanted: Any) -> Accelerated:
    return accelerate(ImportWatcher(), Acceleration(**wanted))


PRECISION: dict[str, Any] = {"precision": "mixed_bfloat16"}
SPREAD: dict[str, Any] = {"strategy": "data parallel"}
ROWS = SimpleNamespace(shape=(100, 3))


def test_nothing_is_touched_where_nothing_is_wanted(keras: Keras) -> None:
    model, clear = dict(vars(keras.Model)), keras.backend.clear_session
    own = accelerated()
    with own.trial():
        assert (keras.policy, dict(vars(keras.Model)), keras.backend.clear_session) == (FLOAT32, model, clear)
    assert own.notes() == ()
    assert own.explained(ValueError("XLA must have the same size and shape"), "message") == "message"


@pytest.mark.parametrize(
    "name", [pytest.param("keras", id="Keras"), pytest.param("tf_keras", id="the legacy one")]
)
def test_the_policy_is_there_before_the_templates_code(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    keras = loaded(monkeypatch, "tensorflow", name)
    own = accelerated(**PRECISION)
    assert keras.policy.name == "mixed_bfloat16"
    own.undo()
    assert keras.policy is FLOAT32


def test_a_session_cleared_by_the_template_keeps_the_policy(keras: Keras) -> None:
    accelerated(**PRECISION)
    for clear in (keras.backend.clear_session, keras.clear_session):
        clear()
        assert keras.policy.name == "mixed_bfloat16"


def test_a_policy_of_the_templates_own_wins(keras: Keras) -> None:
    own = accelerated(**PRECISION)
    keras.mixed_precision.set_global_policy("float64")
    with own.trial():
        assert keras.policy.name == "float64"
    keras.backend.clear_session()
    assert keras.policy is FLOAT32, "what Keras does"
    keras.mixed_precision.set_global_policy("float64")
    own.undo()
    assert keras.policy.name == "float64"


def test_a_keras_that_a_trial_imports_has_the_policy_in_each_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    own = accelerated(**PRECISION)
    keras = loaded(monkeypatch, "tensorflow")
    with own.trial():
        own.set_keras(keras)
        assert keras.policy.name == "mixed_bfloat16"
        keras.mixed_precision.set_global_policy("float64")
    keras.backend.clear_session()
    with own.trial():
        assert keras.policy.name == "mixed_bfloat16"


def test_models_are_compiled_where_the_code_does_not_say(keras: Keras) -> None:
    own = accelerated(jit=True)
    model = keras.Model()
    assert (model.compile(), model.compile(jit_compile=False)) == (True, False)
    own.undo()
    assert model.compile() == "auto"


XLA = ValueError("Detected unsupported operations when trying to compile graph on XLA_CPU_JIT: EagerPyFunc")


@pytest.mark.parametrize(
    ("backend", "compiles", "error", "message"),
    [
        pytest.param(
            "tensorflow",
            True,
            XLA,
            "failed; for a model that cannot be compiled, write compile(..., jit_compile=False)",
            id="the compiler's exception, of a model that we had compiled",
        ),
        pytest.param("tensorflow", True, ValueError("no"), "failed", id="another exception"),
        pytest.param("tensorflow", False, XLA, "failed", id="a trial that compiled none"),
        pytest.param("jax", True, XLA, "failed", id="JAX compiles in any case"),
        pytest.param(
            "tensorflow",
            True,
            RuntimeError("RESOURCE_EXHAUSTED: Out of memory in an XLA program"),
            "failed",
            id="memory that ran out in what was compiled",
        ),
    ],
)
def test_what_a_model_that_cannot_be_compiled_is_told(
    monkeypatch: pytest.MonkeyPatch, backend: str, compiles: bool, error: Exception, message: str
) -> None:
    keras = loaded(monkeypatch, backend)
    own = accelerated(jit=True)
    with own.trial():
        keras.Model().compile()
    with own.trial():
        if compiles:
            keras.Model().compile()
    assert own.explained(error, "failed") == message


def test_a_trial_runs_in_the_scope_of_the_strategy(keras: Keras) -> None:
    own = accelerated(**SPREAD)
    with own.trial():
        assert entered()
        assert keras.Model().fit(ROWS, batch_size=10) == 12
        keras.backend.clear_session()
        assert entered()
    assert not entered()
    assert Scope.cleared_in == [False]
    assert own.notes() == ("fit(batch_size=10) ran with 12: 4 devices share each batch",)
    with own.trial():
        keras.Model().fit(ROWS, batch_size=10)
    assert own.notes() == (), "it was said"


def test_a_trial_that_imports_keras_goes_on_in_the_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    own = accelerated(**SPREAD)
    with own.trial():
        assert not entered()
        own.set_keras(loaded(monkeypatch, "tensorflow"))
        assert entered()


def test_a_trial_that_raises_leaves_the_scope(keras: Keras) -> None:
    own = accelerated(**SPREAD)
    with pytest.raises(ValueError, match="the template's"), own.trial():
        raise ValueError("the template's")
    assert not entered()


def test_between_trials_keras_is_as_it_was(keras: Keras) -> None:
    own = accelerated(**SPREAD)
    with own.trial():
        pass
    assert keras.Model().fit(ROWS, batch_size=10) == 10
    keras.backend.clear_session()
    assert not entered()
    model = keras.Model.fit
    own.undo()
    assert keras.Model.fit is not model
    assert Scope.given_back == 1


def test_tensorflow_compiles_nothing_under_a_strategy(keras: Keras) -> None:
    own = accelerated(**SPREAD, jit=True)
    with own.trial():
        assert keras.Model().compile() == "auto"
    assert own.notes() == (
        "--jit is left out: TensorFlow cannot compile what trains under a distribution strategy",
    )


class InvalidArgumentError(Exception):
    """TensorFlow has one of this name."""


def test_what_a_first_batch_that_does_not_divide_is_told(keras: Keras) -> None:
    own = accelerated(**SPREAD)
    with own.trial():
        pass
    error = InvalidArgumentError("Inputs to operation AddN of type AddN must have the same size and shape.")
    assert (
        own.explained(error, "failed") == "failed; the first batch must divide by the 4 devices that share it"
    )


def test_a_backend_that_has_no_strategy_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    keras = loaded(monkeypatch, "torch")
    own = accelerated(**SPREAD)
    for _ in range(2):
        with own.trial():
            assert not entered()
            assert keras.Model().fit(ROWS, batch_size=10) == 10
    assert own.notes() == ("each trial uses one device: Keras on torch cannot train a model on several",)


def test_a_keras_that_can_have_it_gets_the_strategy(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(monkeypatch, "torch")
    loaded(monkeypatch, "tensorflow", "tf_keras")
    own = accelerated(**SPREAD)
    with own.trial():
        assert entered()


def test_a_keras_that_is_imported_again_is_hooked_once(keras: Keras) -> None:
    own = accelerated(jit=True)
    hooked = keras.Model.compile
    own.set_keras(keras)
    assert keras.Model.compile is hooked


@pytest.mark.parametrize(
    ("fraction", "available", "given"),
    [
        pytest.param(0.45, True, [0.45], id="a share of a GPU"),
        pytest.param(0.45, False, [], id="no GPU"),
        pytest.param(0.0, True, [], id="all of a GPU"),
    ],
)
def test_the_share_of_torch(
    monkeypatch: pytest.MonkeyPatch, fraction: float, available: bool, given: list[float]
) -> None:
    heard: list[float] = []
    cuda = SimpleNamespace(is_available=lambda: available, set_per_process_memory_fraction=heard.append)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    accelerated(memory_fraction=fraction, jit=True)
    assert heard == given


@pytest.mark.usefixtures("loading")
def test_a_worker_in_the_users_own_process_puts_it_all_back(keras: Keras, tmp_path: Path) -> None:
    model = dict(vars(keras.Model))
    made = program(
        setup="import keras",
        trial="""
            def model():
                fitted = keras.Model().fit(_rows(), batch_size=10)
                return {'loss': fitted, 'compiled': float(keras.Model().compile(jit_compile=True))}
            def _rows():
                from types import SimpleNamespace
                return SimpleNamespace(shape=(100, 3))
        """,
        folder=tmp_path,
    )
    wanted = Acceleration("mixed_float16", jit=True, strategy="data parallel")
    executor = InlineExecutor(made, RuntimeOptions(1, acceleration=wanted), values={})
    heard: list[Any] = []
    with contextlib.closing(executor):
        executor.start()
        executor.attend(lambda event: heard.append(event.message))
        assert keras.policy.name == "mixed_float16"
        executor.send(0, Run(0, {}, 1))
        executor.attend(lambda event: heard.append(event.message))
    assert isinstance(heard[0], Ready), heard[0]
    said = "fit(batch_size=10) ran with 12: 4 devices share each batch"
    assert heard[1] == Finished(Complete(12.0), {"compiled": 1.0}, notes=(said,), origin=RETURNED_LOSS)
    assert (keras.policy, dict(vars(keras.Model))) == (FLOAT32, model)
    assert Scope.given_back == 1
