"""A long search: neither the driver nor a worker grows with the trials."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.executors.resources import resident_memory
from hypertemplate.runtime.protocol import MEMORY_GROWTH_BYTES
from hypertemplate.search.loop import search
from hypertemplate.search.new_study import new_study
from hypertemplate.search.observer import SilentObserver
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Study, Trial
from tests.executors.workers import process_executor

TEMPLATE = """
import os

import keras
import numpy as np

def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 8)).astype("float32")
    return x, (x.sum(axis=1) > 0).astype("int32")

def model(x, y):
    net = keras.Sequential([
        keras.Input((8,)),
        keras.layers.Dense({{choice([8, 16])}}, activation="relu"),
        keras.layers.Dense(2, activation="softmax"),
    ])
    net.compile(keras.optimizers.Adam({{loguniform(-7, -3)}}), "sparse_categorical_crossentropy")
    history = net.fit(x, y, epochs=1, verbose=0)
    return {"loss": history.history["loss"][-1], "pid": os.getpid()}
"""

TRIALS = 300


class Memory(SilentObserver):
    """Looks at the memory of the driver and of its worker after each trial."""

    def __init__(self, own: Callable[[], int]) -> None:
        self.driver: list[int] = []
        self.workers: dict[int, list[int]] = {}
        self._own = own

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        """Both are alive."""
        self.driver.append(self._own())
        worker = int(trial.metrics["pid"])
        self.workers.setdefault(worker, []).append(resident_memory(worker) or 0)


@pytest.mark.keras
@pytest.mark.slow
def test_three_hundred_trials_leave_the_driver_as_it_was(tmp_path: Path) -> None:
    memory = Memory(lambda: resident_memory(os.getpid()) or 0)
    program = compile_source(Source((Part("file", "model.py", TEMPLATE),), str(tmp_path / "model.py")))
    with closing(SqliteStorage(tmp_path / "model.study")) as storage:
        study = search(
            new_study(program, max_evals=TRIALS),
            process_executor(program, seed=1),
            sampler=lambda space: HyperoptSampler(space, "tpe", 1),
            storage=storage,
            observer=memory,
        )
    assert [trial.error for trial in study.trials if trial.error] == []
    assert len(study.trials) == TRIALS
    assert memory.driver[-1] - memory.driver[19] < 20 * 1024**2
    for resident in memory.workers.values():
        # The last trial of a worker may be the one that wears it out.
        assert max(resident[:-1], default=0) - resident[0] < MEMORY_GROWTH_BYTES
    print(
        f"driver {memory.driver[19] >> 20} MiB after 20 trials, {memory.driver[-1] >> 20} after {TRIALS}; "
        f"workers {[(r[0] >> 20, r[-1] >> 20, len(r)) for r in memory.workers.values()]}"
    )
