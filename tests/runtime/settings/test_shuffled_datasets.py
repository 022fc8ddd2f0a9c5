"""Data sets that setup has shuffled, with a TensorFlow of a few lines: a pass numbers itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.settings.shuffled_datasets import ShuffledDatasets, notes_on_values

OPERATIONS = """
class Tensor:
    def __init__(self, *below, counts=False):
        self.below, self.passes, self.counts = below, 0, counts

    def begin(self):
        self.passes += self.counts
        return [self.passes, *(one.begin() for one in self.below)] if self.counts else [
            one.begin() for one in self.below]

def range_dataset():
    return Tensor()

def shuffle_dataset_v3(below, output_types, output_shapes, reshuffle_each_iteration):
    return Tensor(below, counts=reshuffle_each_iteration)

def zip_dataset(all_below):
    return Tensor(*all_below)

def anonymous_iterator_v3(output_types, output_shapes):
    return object()

def make_iterator(tensor, iterator):
    tensor.begin()

def initialize_table_from_dataset(table, dataset):
    dataset.begin()

def dataset_of_the_eager_fallback():
    raise AssertionError

_dataset = dataset_constant = None
"""


class Library:
    """TensorFlow's operations on data sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.eager = True

        class DatasetV2:
            def __init__(self, variant_tensor: Any) -> None:
                self._variant_tensor_attr = variant_tensor
                self.below: tuple[Any, ...] = ()

            def passed(self) -> Any:
                return self._variant_tensor_attr.begin()

            def _inputs(self) -> tuple[Any, ...]:
                return self.below

        self.tensorflow: Any = self.module(monkeypatch, "tensorflow")
        self.tensorflow.executing_eagerly = lambda: self.eager
        self.operations = self.module(monkeypatch, "tensorflow.python.ops.gen_dataset_ops")
        exec(OPERATIONS, vars(self.operations))
        self.module(monkeypatch, "tensorflow.python.ops.gen_experimental_dataset_ops")
        self.datasets = self.module(monkeypatch, "tensorflow.python.data.ops.dataset_ops")
        self.datasets.DatasetV2 = self.Dataset = DatasetV2

    def module(self, monkeypatch: pytest.MonkeyPatch, name: str) -> Any:
        module: Any = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        return module

    def shuffled(self, below: Any = None, *, each_pass: bool = True) -> Any:
        inner = self.operations.range_dataset() if below is None else below
        return self.operations.shuffle_dataset_v3(inner, (), (), reshuffle_each_iteration=each_pass)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    return Library(monkeypatch)


@pytest.fixture
def shuffled_datasets(library: Library) -> Iterator[ShuffledDatasets]:
    datasets = ShuffledDatasets()
    before = {**vars(library.operations)}
    begin = library.Dataset.__init__
    unhook = datasets.watch(ImportWatcher())
    yield datasets
    unhook()
    assert vars(library.operations) == before
    assert library.Dataset.__init__ is begin


def trials(datasets: ShuffledDatasets, *given: Any) -> list[list[Any]]:
    """Return the passes of each of three trials, two passes through each data set."""
    found = []
    for _ in range(3):
        with datasets.trial():
            found.append([one.passed() for one in given for _ in range(2)])
    return found


@pytest.mark.parametrize(
    "begin",
    [
        pytest.param(lambda operations, tensor: operations.make_iterator(tensor, object()), id="a loop"),
        pytest.param(
            lambda operations, tensor: operations.initialize_table_from_dataset(object(), tensor),
            id="a table that is filled, which returns nothing",
        ),
    ],
)
def test_each_trial_begins_with_the_order_after_setup(
    library: Library, shuffled_datasets: ShuffledDatasets, begin: Callable[[Any, Any], object]
) -> None:
    below = library.shuffled()
    joined = library.operations.zip_dataset([below, library.shuffled(below)])
    given = [library.Dataset(one) for one in (below, joined)]
    begin(library.operations, below)  # setup goes through it once
    first, *others = trials(shuffled_datasets, *given)
    assert first[:2] == [[2, []], [3, []]]
    assert others == [first, first]


def test_what_no_pass_moves_stays_one_data_set(library: Library, shuffled_datasets: ShuffledDatasets) -> None:
    fixed = library.shuffled(each_pass=False)
    given = library.Dataset(fixed)
    trials(shuffled_datasets, given)
    assert given._variant_tensor_attr is fixed


def test_a_data_set_of_a_graph_or_of_a_trial_is_not_made_anew(
    library: Library, shuffled_datasets: ShuffledDatasets
) -> None:
    library.eager = False
    in_graph = library.Dataset(library.shuffled())
    library.eager = True
    assert trials(shuffled_datasets, in_graph)[-1] == [[5, []], [6, []]]
    with shuffled_datasets.trial():
        of_trial = library.Dataset(library.shuffled())
    assert trials(shuffled_datasets, of_trial)[-1] == [[5, []], [6, []]]


def test_a_data_set_that_is_gone_is_left_alone(library: Library, shuffled_datasets: ShuffledDatasets) -> None:
    library.Dataset(library.shuffled())
    assert trials(shuffled_datasets) == [[], [], []]


def test_a_release_that_keeps_data_sets_elsewhere_is_left_alone(library: Library) -> None:
    del library.datasets.DatasetV2
    before = {**vars(library.operations)}
    ShuffledDatasets().watch(ImportWatcher())()
    assert vars(library.operations) == before


def test_a_shuffled_data_set_in_memory_is_noted(library: Library) -> None:
    shuffled, batched, plain = (library.Dataset(library.operations.range_dataset()) for _ in range(3))
    vars(shuffled)["_reshuffle_each_iteration"] = True
    batched.below = (plain, shuffled)
    (note,) = notes_on_values({"train": batched, "test": plain, "rate": 0.1})
    assert note.startswith(
        "'train' is a data set that was shuffled before the search: each pass has another "
    )
