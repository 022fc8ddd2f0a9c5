"""Positions of TensorFlow's shuffled data sets, which each trial finds as setup left them.

``Dataset.shuffle`` draws another order for each pass. Only its kernel knows how many there were, and nothing
sets that back, so the operations that made a data set are called again. What is below the shuffling stays:
files are not listed again, and a cache is not filled again. Nothing here imports TensorFlow.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import isfunction, signature
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.patch import Undo, replace

_PACKAGE = "tensorflow"
_OPERATIONS = ("tensorflow.python.ops.gen_dataset_ops", "tensorflow.python.ops.gen_experimental_dataset_ops")
_DATASETS = "tensorflow.python.data.ops.dataset_ops"

_SHUFFLING = ("shuffle_", "random_dataset_v")
"""Beginnings of the names of operations that draw anew for each pass."""

_FIXED = ("reshuffle_each_iteration", "rerandomize_each_iteration")
"""Their arguments that are False where each pass has the same order."""

_PASSING = frozenset(
    {
        *("dataset_to_single_element", "dataset_to_tf_record", "experimental_dataset_to_tf_record"),
        *("initialize_table_from_dataset", "make_iterator", "reduce_dataset", "save_dataset"),
        "save_dataset_v2",
    }
)
"""Operations that begin a pass."""


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """The call that made a data set's tensor, which draws anew for each pass or is above one that does.

    Attributes:
        operation: the function.
        args: its arguments by position.
        kwargs: its arguments by name.
    """

    operation: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class ShuffledDatasets:
    """Data sets that setup has shuffled."""

    def __init__(self) -> None:
        self._datasets: list[weakref.ref[Any]] = []
        self._passes: list[Any] = []
        self._trials = 0
        self._undo: list[Undo] = []

    def watch(self, watcher: ImportWatcher) -> Callable[[], None]:
        """Notice the data sets of whichever TensorFlow the code imports; return a function that ends this."""
        watcher.watch(_PACKAGE, self._hook)

        def unhook() -> None:
            while self._undo:
                self._undo.pop()()

        return unhook

    @contextlib.contextmanager
    def trial(self) -> Iterator[None]:
        """Make the data sets anew before all trials in this context but the first."""
        if self._trials:
            self._put_back()
        self._trials += 1
        yield

    def _hook(self, module: ModuleType) -> None:
        kind = getattr(sys.modules.get(_DATASETS), "DatasetV2", None)
        if kind is None:
            return  # a release that keeps it elsewhere
        for name in _OPERATIONS:
            operations = sys.modules[name]
            for each, function in [*vars(operations).items()]:
                if isfunction(function) and (each in _PASSING or _makes_dataset(each)):
                    self._undo.append(replace(operations, each, self._noted(module, function)))
        begin = kind.__init__

        @functools.wraps(begin)
        def init(dataset: Any, variant_tensor: Any) -> None:
            begin(dataset, variant_tensor)
            if _is_shuffled(variant_tensor):
                self._datasets.append(weakref.ref(dataset))

        self._undo.append(replace(kind, "__init__", init))

    def _noted(self, tensorflow: ModuleType, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return an operation that notes how its result was made, and which data sets it passes through."""
        passing = function.__name__ in _PASSING

        @functools.wraps(function)
        def operation(*args: Any, **kwargs: Any) -> Any:
            made = function(*args, **kwargs)
            if self._trials or not tensorflow.executing_eagerly():
                return made
            below = [one for one in _tensors((*args, *kwargs.values())) if _is_shuffled(one)]
            if passing:
                self._passes += below
            elif below or _shuffles(function.__name__, kwargs):
                made._made = _Made(function, args, kwargs)
            return made

        return operation

    def _put_back(self) -> None:
        """Make the data sets anew, and begin as many passes as setup began."""
        known: dict[_Made, Any] = {}
        for reference in self._datasets:
            dataset = reference()
            if dataset is not None:
                dataset._variant_tensor_attr = _made_anew(dataset._variant_tensor_attr, known)
        for tensor in self._passes:
            _begin_pass(_made_anew(tensor, known))


def _makes_dataset(name: str) -> bool:
    return "dataset" in name and not name.startswith("_") and not name.endswith("_fallback")


def _shuffles(name: str, kwargs: Mapping[str, Any]) -> bool:
    return name.startswith(_SHUFFLING) and all(kwargs.get(one, True) for one in _FIXED)


def _is_shuffled(tensor: Any) -> bool:
    return isinstance(getattr(tensor, "_made", None), _Made)


def _tensors(values: Iterable[Any]) -> Iterator[Any]:
    """Yield values, and those in lists: some operations join several data sets."""
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _tensors(value)
        else:
            yield value


def _made_anew(tensor: Any, known: dict[_Made, Any]) -> Any:
    """Return what the same calls make, or the tensor itself where nothing below it is shuffled.

    Args:
        tensor: tensor of a data set.
        known: what was made anew, by the call that made it; data sets may share one below them.
    """
    if not _is_shuffled(tensor):
        return tensor
    made: _Made = tensor._made
    if made not in known:
        args = [_argument_anew(one, known) for one in made.args]
        kwargs = {name: _argument_anew(one, known) for name, one in made.kwargs.items()}
        known[made] = made.operation(*args, **kwargs)
        known[made]._made = made
    return known[made]


def _argument_anew(value: Any, known: dict[_Made, Any]) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)([_argument_anew(one, known) for one in value])
    return _made_anew(value, known)


def _begin_pass(tensor: Any) -> None:
    made: _Made = tensor._made
    operations = sys.modules[_OPERATIONS[0]]
    given = signature(made.operation).bind(*made.args, **made.kwargs).arguments
    elements = operations.anonymous_iterator_v3(given["output_types"], given["output_shapes"])
    operations.make_iterator(tensor, elements)


def notes_on_values(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a note for each value in memory that is a shuffled data set: how it was made is not known.

    Args:
        values: values that the program takes from memory, by name.
    """
    kind = getattr(sys.modules.get(_DATASETS), "DatasetV2", ())
    return tuple(
        f"'{name}' is a data set that was shuffled before the search: each pass has another order, and a "
        "trial continues where the last one stopped, so its numbers may differ from those of a run of all "
        "cells; call .shuffle() in the code that is searched"
        for name, value in values.items()
        if isinstance(value, kind) and _is_reshuffled(value)
    )


def _is_reshuffled(dataset: Any) -> bool:
    if getattr(dataset, "_reshuffle_each_iteration", False):
        return True
    return any(_is_reshuffled(one) for one in dataset._inputs())
