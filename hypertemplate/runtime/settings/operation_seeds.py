"""Random operations of TensorFlow whose position only its kernels know; nothing here imports TensorFlow.

An operation with a seed of its own, or in the graph of a ``tf.function``, continues where its kernel is.
Seeding anew before a trial drops the kernels, so what setup has drawn from such an operation is drawn again.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from types import FrameType, ModuleType
from typing import Any

from hypertemplate.runtime import seeds
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.patch import Undo, replace
from hypertemplate.runtime.own_code import is_own_module_name

_PACKAGE = "tensorflow"
_SEEDS = "tensorflow.python.framework.random_seed"
_FUNCTIONS = "tensorflow.python.eager.polymorphic_function.polymorphic_function"
_GRAPH_SEED = 87654321
"""Global seed of TensorFlow for operations with a seed of their own, where the code sets none."""

_GENERATED = "__autograph_generated_file"
_DATA = "tensorflow.python.data."
"""Data sets keep their positions themselves."""


class OperationSeeds:
    """Operations that setup has drawn from, and that trials draw from again.

    Args:
        parts: names of the template's parts, by the names of their files in code.
    """

    def __init__(self, parts: Mapping[str, str]) -> None:
        self._parts = parts
        self._drawn: dict[tuple[str, str], str] = {}
        self._graphs: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
        self._calling: list[tuple[Any, FrameType]] = []
        self._in_trial = False
        self._told: set[str] = set()
        self._notes: list[str] = []
        self._undo: list[Undo] = []

    def watch(self, watcher: ImportWatcher) -> Callable[[], None]:
        """Notice draws of whichever TensorFlow the code imports; return a function that ends this."""
        watcher.watch(_PACKAGE, self._hook)

        def unhook() -> None:
            while self._undo:
                self._undo.pop()()

        return unhook

    @contextlib.contextmanager
    def trial(self) -> Iterator[None]:
        """Compare the draws in this context with those before the first trial."""
        self._in_trial = True
        try:
            yield
        finally:
            self._in_trial = False

    def notes(self) -> tuple[str, ...]:
        """Return the notes for the user since the last call."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def _hook(self, module: ModuleType) -> None:
        holder, graphs = sys.modules.get(_SEEDS), sys.modules.get(_FUNCTIONS)
        seed_of, called = getattr(holder, "get_seed", None), getattr(graphs, "Function", None)
        if seed_of is None or called is None:
            return  # a release that keeps them elsewhere
        call_of = called.__call__

        @functools.wraps(seed_of)
        def get_seed(op_seed: Any) -> Any:
            seeded = seeds.is_seeded(_PACKAGE)
            if seeded or op_seed is not None:
                self._note_draw(op_seed, sys._getframe(1), eager=module.executing_eagerly())
            if seeded or op_seed is None:
                return seed_of(op_seed)
            # The global seed is this package's. Without one, an operation draws what its own seed alone says.
            truncated = getattr(holder, "_truncate_seed", _same)
            return getattr(holder, "DEFAULT_GRAPH_SEED", _GRAPH_SEED), truncated(op_seed)

        @functools.wraps(call_of)
        def call(function: Any, *args: Any, **kwargs: Any) -> Any:
            if self._in_trial and function in self._graphs and module.executing_eagerly():
                self._note(self._place(sys._getframe(1)), self._graphs[function], "in a tf.function")
            self._calling.append((function, sys._getframe(1)))
            try:
                return call_of(function, *args, **kwargs)
            finally:
                self._calling.pop()

        self._undo += [replace(holder, "get_seed", get_seed), replace(called, "__call__", call)]

    def _note_draw(self, seed: Any, caller: FrameType, *, eager: bool) -> None:
        if not eager and not self._in_trial:
            self._graphs.update({function: self._place(frame) for function, frame in self._calling})
        place = self._place(caller)
        if eager and seed is not None and place and not caller.f_globals["__name__"].startswith(_DATA):
            operation = caller.f_code.co_name, str(seed)
            if not self._in_trial:
                self._drawn.setdefault(operation, place)
            elif operation in self._drawn:
                self._note(place, self._drawn[operation], "with a seed of its own")

    def _note(self, place: str, before: str, what: str) -> None:
        if not place or place in self._told:
            return
        self._told.add(place)
        self._notes.append(
            f"{place} draws from a random operation {what}, from which {before} drew before the first "
            "trial; it starts again in each trial, so its numbers may differ from those of a run of the "
            "whole file: use a tf.random.Generator"
        )

    def _place(self, frame: FrameType | None) -> str:
        """Return the line of the user's code that called, for people; empty for none."""
        while frame is not None and not _is_written(frame):
            frame = frame.f_back
        if frame is None:
            return ""
        file = frame.f_code.co_filename
        return f"{self._parts.get(file, file)}, line {frame.f_lineno}"


def _same(seed: Any) -> Any:
    return seed


def _is_written(frame: FrameType) -> bool:
    """Tell whether the user wrote the code of a frame, which AutoGraph has not generated."""
    own = is_own_module_name(frame.f_globals.get("__name__"))
    return own and _GENERATED not in frame.f_code.co_filename
