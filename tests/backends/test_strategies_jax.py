"""Real Keras on JAX, a trial on two devices against one on a single device."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.protocol import (
    Acceleration,
    Complete,
    Drop,
    Finished,
    Keep,
    Ready,
    Saved,
)
from tests.executors.workers import process_executor
from tests.runtime.programs import choice, program
from tests.runtime.talk import received, trial

pytestmark = pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="`make test-all` installs it")

SETUP = """
    import os
    import numpy as np
    import keras
    def arrays(samples):
        x = np.random.default_rng(0).normal(size=(samples, 4)).astype('float32')
        return x, x.sum(1, keepdims=True)
    def trained(batch, samples=200):
        x, y = arrays(samples)
        made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, 'tanh'),
            keras.layers.BatchNormalization(), keras.layers.Dense(1)])
        made.compile('sgd', 'mse', metrics=['mae'])
        fitted = made.fit(x, y, batch, 2, 0, validation_split=0.2)
        predicted = made.predict(x[:77], 20, verbose=0)
        return {'loss': fitted.history['loss'][-1], 'mae': made.evaluate(x, y, 20, verbose=0)[1],
            'predicted': predicted.sum(), 'rows': len(predicted), 'model': made,
            'devices': len(made.layers[0].kernel.value.sharding.device_set)}
"""

TRIAL = """
    def cleared():
        keras.backend.clear_session()
        keras.utils.set_random_seed(3)
        return trained(50)
    def loaded():
        found = keras.models.load_model(SAVED)
        return {'loss': found.evaluate(*arrays(200), 20, verbose=0)[1]}
    def own_distribution():
        with keras.distribution.DataParallel(devices=keras.distribution.list_devices()[:1]).scope():
            return trained(50)
    def model():
        return {
            0: lambda: trained(50),
            1: lambda: trained(50, 203),
            2: lambda: trained(33),
            3: lambda: trained(34),
            4: cleared,
            5: loaded,
            6: own_distribution,
        }[(_ht_['how'])]()
"""

ENVIRONMENT = {"KERAS_BACKEND": "jax", "XLA_FLAGS": "--xla_force_host_platform_device_count=2"}


class Workers(NamedTuple):
    """One whose trials have two devices, one whose trials have the first of them, and where models are saved."""

    shared: ProcessExecutor
    alone: ProcessExecutor
    saved: Path


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    folder = tmp_path_factory.mktemp("template")
    saved = folder / "saved.keras"
    made = program(
        SETUP + f"    SAVED = {str(saved)!r}\n",
        TRIAL,
        folder=folder,
        parameters=(choice("how", *map(str, range(7))),),
    )
    with contextlib.ExitStack() as stack:
        started = []
        for acceleration in (Acceleration(strategy="data parallel"), Acceleration()):
            executor = process_executor(
                made, seed=1337, acceleration=acceleration, environments=(ENVIRONMENT,)
            )
            started.append(stack.enter_context(contextlib.closing(executor)))
            executor.start()
        for executor in started:
            message = received(executor)
            assert isinstance(message, Ready), message
        first, second = started
        yield Workers(first, second, saved)


def run(executor: ProcessExecutor, how: int) -> Finished:
    """A trial, whose model is dropped."""
    finished = trial(executor, seed=3, how=how)
    if finished.has_model:
        executor.send(0, Drop())
    assert isinstance(finished.outcome, Complete), finished.outcome
    return finished


def learnt(finished: Finished) -> dict[str, float]:
    """The loss and the metrics, less how many devices there were."""
    assert isinstance(finished.outcome, Complete)
    return {**finished.metrics, "loss": finished.outcome.loss, "devices": 0}


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(0, id="batches that divide"),
        pytest.param(1, id="last batches, of training and of validation, that do not"),
        pytest.param(4, id="a session cleared in the trial"),
    ],
)
def test_two_devices_learn_what_one_learns(workers: Workers, how: int) -> None:
    shared, alone = run(workers.shared, how), run(workers.alone, how)
    assert (shared.metrics["devices"], alone.metrics["devices"]) == (2, 1)
    assert learnt(shared) == pytest.approx(learnt(alone), rel=1e-4)
    assert shared.notes == ()


def test_a_batch_size_that_does_not_divide_is_rounded_up(workers: Workers) -> None:
    shared = run(workers.shared, 2)
    assert learnt(shared) == pytest.approx(learnt(run(workers.alone, 3)), rel=1e-4)
    assert shared.notes == ("fit(batch_size=33) ran with 34: 2 devices share each batch",)
    assert run(workers.shared, 2).notes == (), "it was said"


def test_the_templates_own_distribution_wins(workers: Workers) -> None:
    assert run(workers.shared, 6).metrics["devices"] == 1


def test_a_model_of_two_devices_is_saved_and_loaded_by_one(workers: Workers) -> None:
    finished = trial(workers.shared, seed=3, how=0)
    workers.shared.send(0, Keep(str(workers.saved)))
    assert received(workers.shared) == Saved(str(workers.saved))
    loaded = run(workers.alone, 5).outcome
    assert isinstance(loaded, Complete)
    assert loaded.loss == pytest.approx(finished.metrics["mae"], rel=1e-4)
