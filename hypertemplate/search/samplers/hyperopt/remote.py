"""Objective that hyperopt sends to other processes, such as those of Spark, and calls there."""

from __future__ import annotations

import hashlib
import importlib
import os
import pickle
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.program import Program
from hypertemplate.runtime.own_modules.program_module import take_process
from hypertemplate.runtime.protocol import (
    Drop,
    Finished,
    FromWorker,
    Go,
    Load,
    LoadFailed,
    Run,
    RuntimeOptions,
    ToWorker,
)
from hypertemplate.runtime.seeds import trial_seed
from hypertemplate.runtime.trial_runner import Worker
from hypertemplate.search.running_trial import judge
from hypertemplate.search.samplers.base import plain

INDEX = ""
"""Key of an option's number in a point from hyperopt; no label is empty."""


class RemoteObjective:
    """Objective function on points of the search space, which is pickled together with its program.

    A process loads the program at its first call, and keeps it for the calls that follow. The package must be
    installed there. A trial's number is unknown there, so its seed comes from the study's seed and its
    values.

    Args:
        program: program to load.
        options: settings of the trials.
        values: values that the program takes from memory, by name; pickled at once, by cloudpickle.

    Raises:
        Exception: whatever a value that cannot be pickled raises.
    """

    def __init__(
        self,
        program: Program,
        options: RuntimeOptions,
        values: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.load = Load(program, options)
        self.values: bytes = importlib.import_module("cloudpickle").dumps(dict(values))
        self.key = hashlib.sha256(pickle.dumps(self.load) + self.values).hexdigest()

    def __call__(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """Run a trial.

        Args:
            point: a point of `hypertemplate.search.samplers.hyperopt.spaces.index_space`.

        Returns:
            hyperopt's result: ``status``, and ``loss`` or, for a trial that failed, ``error`` in one line and
            ``traceback``; ``metrics`` in any case. A trial that fails raises nothing.
        """
        loaded = _Loaded.current
        if loaded is None or loaded.key != self.key:
            if loaded is not None:
                loaded.worker.close()
            loaded = _Loaded.current = _Loaded(self)
        return loaded.run(point)


class _Loaded:
    """Program that this process has loaded; there is one at a time, as there is one module of that name.

    It is also the driver of its own worker; it keeps no model and stops no trial.
    """

    current: _Loaded | None = None

    def __init__(self, objective: RemoteObjective) -> None:
        self.key = objective.key
        self._seed = objective.load.options.seed
        self._heard: list[FromWorker] = []
        os.environ.setdefault("MPLBACKEND", "Agg")  # a window that no one sees would wait for ever
        take_process(objective.load.program, objective.load.options.argv)
        values = pickle.loads(objective.values)
        self.worker = Worker(self, objective.load, values=values)
        self._ready = self.worker.load()

    def run(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """Run a trial; return its result in hyperopt's form."""
        if isinstance(self._ready, LoadFailed):
            # The next call tries again: the process, or the machine, may have been the reason.
            _Loaded.current = None
            self.worker.close()
            return _failed(self._ready.message, self._ready.traceback, {})
        params = point_params(point, self._ready.space)
        # A point has the same seed wherever it runs.
        number = int.from_bytes(hashlib.sha256(repr(params).encode()).digest()[:8], "big")
        self._heard.clear()
        self.worker.run(Run(0, params, trial_seed(self._seed, number)))
        (finished,) = (message for message in self._heard if isinstance(message, Finished))
        _, loss, failed = judge(finished.outcome)
        if failed is not None:
            return _failed(failed.message, failed.traceback, finished.metrics)
        found = {"status": "ok", "loss": loss, "metrics": finished.metrics}
        return {**found, "losses": [*finished.folds]} if finished.folds else found

    def send(self, message: FromWorker) -> None:
        """Collect a message of the worker."""
        self._heard.append(message)

    def receive(self) -> ToWorker:
        """Answer that no model is kept: it would have to travel back."""
        return Drop()

    def ask(self, message: FromWorker) -> Go:
        """Answer that the trial continues."""
        return Go()


def point_params(point: Mapping[str, Any], space: tuple[Dimension, ...]) -> dict[str, float]:
    """Return the values of a point as plain numbers, in the order of the space; a choice as an index."""
    drawn = dict(_drawn(point))
    return {d.label: plain(d, drawn[d.label]) for d in space if d.label in drawn}


def _drawn(point: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for label, value in point.items():
        if isinstance(value, Mapping):
            yield label, value[INDEX]
            yield from _drawn({inner: value[inner] for inner in value if inner != INDEX})
        else:
            yield label, value


def _failed(message: str, traceback: str, metrics: dict[str, float]) -> dict[str, Any]:
    return {"status": "fail", "error": message, "traceback": traceback, "metrics": metrics}
