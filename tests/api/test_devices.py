"""Searches in the user's own process, on other machines than this one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import hypertemplate
from hypertemplate.accelerators.detect.installed import installed_of
from hypertemplate.accelerators.detect.probes import find
from hypertemplate.accelerators.local_plan import Sight
from hypertemplate.errors import UsageError
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.runtime.protocol import RuntimeOptions
from hypertemplate.search.service import search_run
from tests.accelerators.machines import surroundings
from tests.api.support import Modules
from tests.runtime.programs import program

Machine = Callable[..., None]

BACKEND = """
    import os

    def model():
        x = {{uniform(0, 1)}}
        if x > 2:
            import keras
        return {'loss': x, 'on_jax': float(os.environ.get('KERAS_BACKEND') == 'jax')}
"""

MISSING = """
    def model():
        return {{uniform(0, 1)}}
        import tensorflow
"""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Have searches find one of the machines, with these distributions."""

    def be(name: str, *distributions: str) -> None:
        around = surroundings(name, tmp_path_factory.mktemp("machine"))
        pairs = [(one.partition("==")[0], one.partition("==")[2]) for one in distributions]
        there = installed_of(pairs, lambda name: False, around, lambda path: None)
        monkeypatch.setattr(search_run, "look", lambda: Sight(find(around), there, around.environment))

    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    return be


def test_keras_that_a_function_imports_finds_its_backend(modules: Modules, machine: Machine) -> None:
    machine("colab_tpu_v5e_1", "keras==3.15.1", "jax==0.9.2", "libtpu==0.0.35")
    study = hypertemplate.tune(modules(BACKEND).model, max_evals=1, verbose=False)
    assert study.best_trial.metrics == {"on_jax": 1.0}
    assert "KERAS_BACKEND" not in os.environ


def test_what_the_own_kernel_holds_is_no_fault(
    modules: Modules, machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    machine("colab_t4_trained", "keras==3.15.1", "jax==0.9.2", "jax-cuda12-plugin==0.9.2")
    hypertemplate.tune(modules(BACKEND).model, max_evals=1, jit=True)
    assert "this process" not in capfd.readouterr().err


def test_what_is_missing_is_said_where_it_may_not_be_needed(
    modules: Modules, machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    machine("colab_tpu_v5e_1", "keras==3.15.1", "jax==0.9.2", "libtpu==0.0.35")
    model = modules(MISSING).model
    hypertemplate.tune(model, max_evals=1)
    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("note: ")]
    assert any("imports TensorFlow, which is not installed" in note for note in said)
    with pytest.raises(UsageError, match="imports TensorFlow, which is not installed"):
        hypertemplate.tune(model, max_evals=1, jit=True)


@pytest.mark.parametrize(
    ("loaded", "own", "meanwhile", "during", "after"),
    [
        pytest.param(False, None, None, "jax", None, id="there was none"),
        pytest.param(False, "torch", None, "jax", "torch", id="there was another"),
        pytest.param(False, None, "numpy", "jax", "numpy", id="the code sets it meanwhile"),
        pytest.param(True, "torch", None, "torch", "torch", id="Keras is loaded, and has made up its mind"),
    ],
)
def test_variables_are_put_back(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    loaded: bool,
    own: str | None,
    meanwhile: str | None,
    during: str,
    after: str | None,
) -> None:
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.setenv("KERAS_BACKEND", "")  # so that it is put back after the test, whatever happens
    monkeypatch.delenv("KERAS_BACKEND")
    if loaded:
        monkeypatch.setitem(sys.modules, "keras", ModuleType("keras"))
    if own is not None:
        monkeypatch.setenv("KERAS_BACKEND", own)
    made = program(setup="", trial="def model():\n    return 1.0\n", folder=tmp_path)
    executor = InlineExecutor(made, RuntimeOptions(1), environment={"KERAS_BACKEND": "jax"}, values={})
    executor.start()
    assert os.environ["KERAS_BACKEND"] == during
    if meanwhile is not None:
        os.environ["KERAS_BACKEND"] = meanwhile
    executor.close()
    assert os.environ.get("KERAS_BACKEND") == after
