"""Graphs of functions of imported modules, in TensorFlow and without it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.runtime.state.traces import MODULE, Traces, is_traced
from tests.studies import study_data

HELPER = """
    import tensorflow as tf

    RATE = 1.0

    @tf.function
    def scaled(x):
        return x * RATE

    @tf.function
    def kept(x):
        return x * RATE

    class Net:
        rate = 1.0

        @tf.function
        def call(self, x):
            return x * self.rate

    NET = Net()
"""

TEMPLATE = """
    import helper
    import tensorflow as tf

    one = tf.constant(1.0)
    helper.kept(one)

    def model():
        rate = {{choice([2.0, 3.0, 5.0], name='rate')}}
        helper.RATE = helper.NET.rate = rate
        found = [float(helper.scaled(one)), float(helper.NET.call(one)), float(helper.kept(one))]
        return {'loss': found[0], 'method': found[1], 'kept': found[2]}
"""


@pytest.mark.keras
@pytest.mark.long
def test_each_trial_traces_with_what_it_has_set(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text(dedent(HELPER))
    (tmp_path / "template.py").write_text(dedent(TEMPLATE))
    command = [
        sys.executable,
        "-m",
        "hypertemplate",
        "run",
        "template.py",
        "--algo",
        "grid",
        "--max-evals",
        "3",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=300, capture_output=True)
    trials = study_data(tmp_path / "template.study")["trials"]
    found = [(trial["loss"], trial["metrics"]["method"], trial["metrics"]["kept"]) for trial in trials]
    assert found == [(rate, rate, 1.0) for rate in (2.0, 3.0, 5.0)], (
        "what setup has traced stays, as in a fresh run"
    )


class Cache:
    """The graphs of a function, by what it was called with."""

    def __init__(self) -> None:
        self._primary: dict[tuple[None, str], object] = {}

    def values(self) -> list[object]:
        return [*self._primary.values()]

    def clear(self) -> None:
        self._primary.clear()

    def delete(self, signature: str, context: None) -> None:
        del self._primary[context, signature]


class Function:
    """A function as TensorFlow has it."""

    __module__ = MODULE

    def __init__(self, *signatures: str) -> None:
        self._function_cache = Cache()
        self._variable_creation_config: Any = None
        self._no_variable_creation_config: Any = None
        self._created_variables: Any = None
        self._descriptor_cache: dict[object, object] = {}
        for signature in signatures:
            self.trace(signature)

    def trace(self, signature: str) -> None:
        self._variable_creation_config = "made"
        self._function_cache._primary[None, signature] = object()

    def state(self) -> Any:
        signatures = [signature for _, signature in self._function_cache._primary]
        return signatures, self._variable_creation_config, [*self._descriptor_cache]


@pytest.mark.parametrize(
    ("signatures", "state"),
    [
        pytest.param((), ([], None, []), id="that was not traced"),
        pytest.param(("int",), (["int"], "made", []), id="that setup has traced"),
    ],
)
def test_what_was_added_is_forgotten(signatures: tuple[str, ...], state: Any) -> None:
    function = Function(*signatures)
    traces = Traces(function)
    assert not traces.changed()
    function.trace("float")
    function._descriptor_cache["net"] = object()
    assert traces.changed()
    assert traces.restorable()
    traces.put_back()
    assert function.state() == state
    assert not traces.changed()


def test_a_release_with_other_attributes_is_left_alone() -> None:
    assert is_traced(Function())
    assert not is_traced(SimpleNamespace(_function_cache=Cache()))
