"""Real Keras on TensorFlow with two logical CPUs as its devices, against one that has a single device."""

from __future__ import annotations

import contextlib
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
from tests.runtime.talk import failure, received, trial

pytestmark = [pytest.mark.keras, pytest.mark.slow]

SETUP = """
    import numpy as np
    import tensorflow as tf
    import keras
    tf.config.threading.set_inter_op_parallelism_threads(8)  # the devices wait for each other
    cpu, = tf.config.list_physical_devices('CPU')
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    def arrays(samples):
        x = np.random.default_rng(0).normal(size=(samples, 4)).astype('float32')
        return x, x.sum(1, keepdims=True)
    def net(*layers, **settings):
        made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, 'tanh'), *layers, keras.layers.Dense(1)])
        made.compile('sgd', 'mse', metrics=['mae'], **settings)
        return made
    def results(made, fitted, **more):
        return {'loss': fitted.history['loss'][-1], 'model': made, 'jit': float(made.jit_compile),
            'replicas': made.distribute_strategy.num_replicas_in_sync,
            'bits': 16.0 if made.layers[0].compute_dtype == 'bfloat16' else 32.0, **more}
    def trained(batch):
        keras.config.set_dtype_policy('float32')
        x, y = arrays(200)
        made = net(jit_compile=False)
        fitted = made.fit(x, y, batch, 1, 0, validation_split=0.2)
        evaluated = made.evaluate(x, y, 20, verbose=0)
        predicted = made.predict(x[:77], 20, verbose=0)
        return results(made, fitted, val_loss=fitted.history['val_loss'][-1], mae=evaluated[1],
            predicted=predicted.sum(), rows=len(predicted))
"""

TRIAL = """
    def simple():
        made = net()
        return results(made, made.fit(*arrays(50), verbose=0))
    def cleared():
        keras.backend.clear_session()
        return simple()
    def normalized():
        made = net(keras.layers.BatchNormalization())
        return results(made, made.fit(*arrays(97), 32, 1, 0, validation_data=arrays(7)))
    def from_dataset(batch):
        made = net()
        return results(made, made.fit(tf.data.Dataset.from_tensor_slices(arrays(100)).batch(batch), verbose=0))
    def not_compilable():
        made = net(keras.layers.Lambda(lambda v: tf.ensure_shape(tf.py_function(abs, [v], v.dtype), (None, 8))))
        return results(made, made.fit(*arrays(50), verbose=0))
    def of_its_own():
        keras.config.set_dtype_policy('float32')
        made = net(jit_compile=False)
        return results(made, made.fit(*arrays(50), verbose=0))
    def loaded():
        found = keras.models.load_model(SAVED)
        return {'loss': found.evaluate(*arrays(200), 20, verbose=0)[1]}
    def model():
        return {
            0: lambda: trained(50),
            1: lambda: trained(33),
            2: lambda: trained(34),
            3: normalized,
            4: lambda: from_dataset(50),
            5: lambda: from_dataset(33),
            6: not_compilable,
            7: loaded,
            8: cleared,
            9: simple,
            10: of_its_own,
        }[(_ht_['how'])]()
"""

SHARED = Acceleration(strategy="data parallel", jit=True)
FAST = Acceleration(precision="mixed_bfloat16", jit=True)


class Workers(NamedTuple):
    """One whose trials have two devices, one in 16 bits and compiled, and where models are saved."""

    shared: ProcessExecutor
    fast: ProcessExecutor
    saved: Path


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    folder = tmp_path_factory.mktemp("template")
    saved = folder / "saved.keras"
    made = program(
        SETUP + f"    SAVED = {str(saved)!r}\n",
        TRIAL,
        folder=folder,
        parameters=(choice("how", *map(str, range(11))),),
    )
    with contextlib.ExitStack() as stack:
        started = []
        for acceleration in (SHARED, FAST):
            executor = process_executor(made, seed=1337, acceleration=acceleration)
            started.append(stack.enter_context(contextlib.closing(executor)))
            executor.start()
        for executor in started:
            assert isinstance(received(executor), Ready)
        first, second = started
        yield Workers(first, second, saved)


def run(executor: ProcessExecutor, how: int) -> Finished:
    """A trial, whose model is dropped."""
    finished = trial(executor, seed=3, how=how)
    if finished.has_model:
        executor.send(0, Drop())
    return finished


def learnt(finished: Finished) -> dict[str, float]:
    """The loss and the metrics, less how many devices there were."""
    assert isinstance(finished.outcome, Complete), finished.outcome
    return {**finished.metrics, "loss": finished.outcome.loss, "replicas": 0}


@pytest.fixture(scope="module")
def both(workers: Workers) -> tuple[Finished, Finished]:
    """The same trial on two devices, whose model is saved, and on one."""
    shared = trial(workers.shared, seed=3, how=0)
    workers.shared.send(0, Keep(str(workers.saved)))
    assert received(workers.shared) == Saved(str(workers.saved))
    return shared, run(workers.fast, 0)


LEFT_OUT = "--jit is left out: TensorFlow cannot compile what trains under a distribution strategy"


def test_two_devices_learn_what_one_learns(both: tuple[Finished, Finished]) -> None:
    shared, alone = both
    assert (shared.metrics["replicas"], alone.metrics["replicas"]) == (2, 1)
    assert learnt(shared) == pytest.approx(learnt(alone), rel=1e-4)
    assert shared.notes == alone.notes == (), "the code says that it is not to be compiled"


def test_a_batch_size_that_does_not_divide_is_rounded_up(workers: Workers) -> None:
    shared = run(workers.shared, 1)
    assert learnt(shared) == pytest.approx(learnt(run(workers.fast, 2)), rel=1e-4)
    assert shared.notes == ("fit(batch_size=33) ran with 34: 2 devices share each batch",)


def test_no_device_normalizes_a_batch_without_samples(workers: Workers) -> None:
    # 97 samples in batches of 32 end with one sample, and 7 are no whole first batch.
    shared = run(workers.shared, 3)
    assert isinstance(shared.outcome, Complete), "with a batch that one device has no sample of, it is NaN"
    assert shared.notes == (LEFT_OUT, "fit(batch_size=32) ran with 34: 2 devices share each batch")


def test_a_data_set_keeps_its_batches(workers: Workers) -> None:
    shared = run(workers.shared, 4)
    assert isinstance(shared.outcome, Complete)
    assert shared.notes[-1:] == (
        "2 devices share each batch of a data set: end the one that is fitted with "
        ".batch(n, drop_remainder=True), n a multiple of 2",
    )
    assert failure(run(workers.shared, 5)).message.endswith(
        "; the first batch must divide by the 2 devices that share it"
    )


def test_a_session_cleared_in_the_trial_keeps_devices_and_precision(workers: Workers) -> None:
    assert run(workers.shared, 8).metrics["replicas"] == 2
    assert run(workers.fast, 8).metrics["bits"] == 16


def test_precision_and_compiler_are_set_for_each_trial_and_the_templates_own_win(workers: Workers) -> None:
    metrics = [run(workers.fast, how).metrics for how in (9, 10, 9)]
    assert [(each["bits"], each["jit"]) for each in metrics] == [(16, 1), (32, 0), (16, 1)]


def test_a_model_that_cannot_be_compiled_is_told_what_to_write(workers: Workers) -> None:
    message = failure(run(workers.fast, 6)).message
    assert message.startswith("InvalidArgumentError: Graph execution error")
    assert message.endswith("; for a model that cannot be compiled, write compile(..., jit_compile=False)")


def test_a_model_of_two_devices_is_saved_and_loaded_by_one(
    workers: Workers, both: tuple[Finished, Finished]
) -> None:
    loaded = run(workers.fast, 7).outcome
    assert isinstance(loaded, Complete)
    assert loaded.loss == pytest.approx(both[0].metrics["mae"], rel=1e-4)
