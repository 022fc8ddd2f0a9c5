"""Random operations of TensorFlow that setup and trials draw from, with a TensorFlow of a few lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.runtime import seeds
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.settings.operation_seeds import OperationSeeds

FUNCTIONS = "tensorflow.python.eager.polymorphic_function.polymorphic_function"
OPERATIONS = """
def uniform(seed=None):
    return random_seed.get_seed(seed)

def normal(seed=None):
    return random_seed.get_seed(seed)
"""


class Library:
    """TensorFlow's functions that draw, and those of its data sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.eager = True
        library = self

        class Function:
            def __init__(self, body: Callable[[], Any]) -> None:
                self.body, self.traced = body, False

            def __call__(self) -> Any:
                if self.traced:
                    return None
                self.traced, before, library.eager = True, library.eager, False
                try:
                    return self.body()
                finally:
                    library.eager = before

        self.tensorflow: Any = ModuleType("tensorflow")
        self.seeds: Any = ModuleType("tensorflow.python.framework.random_seed")
        functions: Any = ModuleType(FUNCTIONS)
        vars(self.tensorflow)["executing_eagerly"] = lambda: self.eager
        vars(self.seeds)["get_seed"] = lambda seed: (1, seed)
        functions.Function = self.Function = Function
        for module in (self.tensorflow, self.seeds, functions):
            monkeypatch.setitem(sys.modules, module.__name__, module)
        self.random = self.module("tensorflow.python.ops.random_ops")
        self.data = self.module("tensorflow.python.data.ops.shuffle_op")

    def module(self, name: str) -> Any:
        module: Any = ModuleType(name)
        module.random_seed = self.seeds
        exec(compile(OPERATIONS, name, "exec"), vars(module))
        return module


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(seeds._Given, "seeded", {"tensorflow"})
    return Library(monkeypatch)


@pytest.fixture
def operations(library: Library) -> Iterator[OperationSeeds]:
    watcher, operations = ImportWatcher(), OperationSeeds({__file__: "train.py"})
    unhook = operations.watch(watcher)
    yield operations
    unhook()
    assert library.seeds.get_seed.__name__ == "<lambda>"
    assert not hasattr(library.Function.__call__, "__wrapped__")


def line_of(text: str) -> int:
    lines = Path(__file__).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.endswith(f"# {text}"))


def test_an_operation_with_a_seed_that_setup_and_trials_draw_from_is_noted(
    library: Library, operations: OperationSeeds
) -> None:
    assert library.random.uniform(seed=3) == (1, 3)  # setup draws
    for _ in range(2):
        with operations.trial():
            assert library.random.uniform(seed=3) == (1, 3)  # a trial draws
    (note,) = operations.notes()
    assert note == (
        f"train.py, line {line_of('a trial draws')} draws from a random operation with a seed of its own, from which "
        f"train.py, line {line_of('setup draws')} drew before the first trial; it starts again in each trial, so its "
        "numbers may differ from those of a run of the whole file: use a tf.random.Generator"
    )
    assert operations.notes() == ()


def test_a_graph_that_setup_and_trials_run_is_noted(library: Library, operations: OperationSeeds) -> None:
    function, plain = library.Function(library.random.uniform), library.Function(lambda: None)
    function()  # setup runs it
    plain()
    with operations.trial():
        plain()
        function()  # a trial runs it
    (note,) = operations.notes()
    assert note.startswith(
        f"train.py, line {line_of('a trial runs it')} draws from a random operation in a tf.function, from which "
        f"train.py, line {line_of('setup runs it')} drew before"
    )


def test_other_draws_are_not_noted(library: Library, operations: OperationSeeds) -> None:
    library.random.uniform(seed=3)
    library.random.uniform()
    library.data.uniform(seed=5)
    with operations.trial():
        library.random.uniform(seed=4)
        library.random.normal(seed=3)
        library.random.uniform()
        library.data.uniform(seed=5)
        library.Function(library.random.uniform)()
    assert operations.notes() == ()


def test_without_a_global_seed_an_operation_has_tensorflow_s_default_one(
    library: Library, operations: OperationSeeds
) -> None:
    seeds._Given.seeded.clear()
    assert library.random.uniform(seed=3) == (87654321, 3)
    assert library.random.uniform() == (1, None)
    assert library.data.uniform(seed=5) == (87654321, 5)
    with operations.trial():
        assert library.random.uniform(seed=3) == (87654321, 3)
        library.random.uniform()
    assert len(operations.notes()) == 1


def test_a_release_that_keeps_them_elsewhere_is_left_alone(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, FUNCTIONS)
    OperationSeeds({}).watch(ImportWatcher())()
    assert library.random.uniform(seed=3) == (1, 3)
