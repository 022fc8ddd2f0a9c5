"""Real Keras on TensorFlow in real workers: few processes, as each takes seconds to start."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hypertemplate.compiler.program import Join
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.origin import Origin
from hypertemplate.runtime.protocol import (
    Complete,
    Drop,
    Epoch,
    Finished,
    FitEnded,
    FitStarted,
    Go,
    Keep,
    Ready,
    Run,
    Saved,
)
from tests.executors.workers import process_executor
from tests.runtime.programs import choice, listed, program, uniform
from tests.runtime.talk import failure, received, started, trial

pytestmark = pytest.mark.keras

SETUP = """
    import gc
    import random
    import numpy as np
    import tensorflow as tf
    import keras
    from tensorflow.keras import layers
    keras.mixed_precision.set_global_policy('mixed_bfloat16')
    FACTORS = [1.0, 10.0]
    drawn = [np.random.rand(), random.random(), float(keras.random.normal((1,))[0])]
    def data():
        print(drawn, random.random(), np.random.rand(), float(keras.random.normal((1,))[0]))
        x = np.random.rand(64, 4).astype('float32')
        return x, x.sum(1)
"""

TRIAL = """
    @tf.function
    def scaled(x):
        if x > 0.0:
            return x * (_ht_['rate']) * _ht_.option('factor', FACTORS)
        return x
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.out = layers.Dense(1)
        def call(self, x):
            return self.out(x)
        def fit(self, x, y):
            return super().fit(x, y, epochs=2, verbose=0, validation_split=0.25, callbacks=
                keras.callbacks.TerminateOnNaN())
    def functional():
        inputs = layers.Input((4,))
        return keras.Model(inputs, layers.Dense(1)(inputs))
    @tf.function
    def broken(x):
        return tf.reshape(x * (_ht_['rate']), [3, 3])
    def model(x, y):
        mapped = tf.data.Dataset.from_tensor_slices([2.0]).map(lambda v: v * (_ht_['rate']))
        print(float(scaled(tf.constant(1.0))), [float(v) for v in mapped], keras.config.dtype_policy().name)
        how = (_ht_['how'])
        if how == 2:
            broken(tf.constant([1.0]))
        net = [Net, functional, functional, functional, functional][how]()
        net.compile(loss='mse', metrics=['mae'])
        if how == 3:
            return net.fit(np.zeros((3, 7)), y)
        if how == 4:
            net.fit(x, y, verbose=0)
            graphs = sum(isinstance(o, tf.Graph) for o in gc.get_objects())
            return {'loss': 0, 'graphs': graphs, 'model': net}
        history = net.fit(x, y) if how == 0 else net.fit(x, y, 32, 2, 0, None, 0.25)
        return history if how == 0 else {'loss': history.history['loss'][-1], 'model': net}
"""


Loaded = tuple[ProcessExecutor, list[str]]


def last_line(executor: ProcessExecutor, worker: int = 0) -> str:
    """The last line that a worker printed; TensorFlow may have logged something before it."""
    return executor.output(worker).rpartition("\n")[2]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Two workers, and the last line that each printed while it loaded."""
    made = program(
        SETUP,
        TRIAL,
        folder=tmp_path_factory.mktemp("template"),
        parameters=(uniform("rate"), listed("factor", "FACTORS"), choice("how", "0", "1", "2", "3", "4")),
        data="data",
        join=Join("position", count=2),
    )
    executor = process_executor(made, seed=1337, workers=2)
    with contextlib.closing(executor):
        executor.start()
        assert all(isinstance(received(executor), Ready) for _ in range(2))
        yield executor, [last_line(executor, worker) for worker in range(2)]


@pytest.fixture
def worker(loaded: Loaded) -> ProcessExecutor:
    """A worker for one test after another."""
    return loaded[0]


def test_processes_draw_the_same_at_module_level_and_in_data(loaded: Loaded) -> None:
    first, second = loaded[1]
    assert first == second
    assert first.startswith("[")


def test_a_fit_reports_its_epochs_and_its_history_counts(worker: ProcessExecutor) -> None:
    worker.send(0, Run(0, {"rate": 0.5, "factor": 0, "how": 0}, 5))
    heard = [received(worker)]
    while not isinstance(heard[-1], Finished):
        worker.send(0, Go())
        heard.append(received(worker))
    begun, first, second, ended, finished = heard
    assert (begun, ended) == (FitStarted(0, 2), FitEnded(0, 2))
    assert isinstance(first, Epoch)
    assert isinstance(second, Epoch)
    assert first.metrics.keys() == {"loss", "mae", "val_loss", "val_mae"}
    lowest = min(first.metrics["val_loss"], second.metrics["val_loss"])
    origin = Origin("val_loss", "fit", 2, 2)
    assert finished == Finished(Complete(lowest), second.metrics, has_model=True, origin=origin)
    worker.send(0, Drop())
    assert trial(worker, seed=5, rate=0.5, factor=0, how=0).outcome == Complete(lowest)
    worker.send(0, Drop())
    assert trial(worker, seed=6, rate=0.5, factor=0, how=0).outcome != Complete(lowest)
    worker.send(0, Drop())


def test_compiled_functions_see_the_values_of_their_trial(worker: ProcessExecutor) -> None:
    trial(worker, rate=0.25, factor=0, how=0)
    worker.send(0, Drop())
    assert "0.25 [0.5] mixed_bfloat16" in worker.output(0).split("\n")
    trial(worker, rate=0.5, factor=1, how=0)
    worker.send(0, Drop())
    assert "5.0 [1.0] mixed_bfloat16" in worker.output(0).split("\n")


@pytest.mark.parametrize("how", [pytest.param(0, id="its own fit"), pytest.param(1, id="functional")])
def test_a_stop_ends_the_fit_and_the_driver_hears_what_the_model_returns(
    worker: ProcessExecutor, how: int
) -> None:
    """That the trial was stopped the driver knows: nothing that comes after a stop undoes it."""
    finished = trial(worker, stop=True, rate=0.5, factor=0, how=how)
    worker.send(0, Drop())
    assert isinstance(finished.outcome, Complete)
    if how == 0:
        assert (finished.outcome.loss, finished.origin.epochs) == (finished.metrics["val_loss"], 1)
    else:
        assert "loss" not in finished.metrics, "the model returned one of its own"


def test_a_kept_model_is_a_keras_file(worker: ProcessExecutor, tmp_path: Path) -> None:
    assert trial(worker, rate=0.5, factor=0, how=1).has_model
    path = str(tmp_path / "best.keras")
    worker.send(0, Keep(path))
    assert received(worker) == Saved(path)
    with zipfile.ZipFile(path) as saved:
        assert json.loads(saved.read("config.json"))["class_name"] == "Functional"
    assert [file.name for file in tmp_path.iterdir()] == ["best.keras"]


def test_an_exception_in_a_compiled_function_names_the_users_line(worker: ProcessExecutor) -> None:
    failed = failure(trial(worker, rate=0.5, factor=0, how=2))
    inner, outer = line_of("return tf.reshape"), line_of("broken(tf.constant")
    assert failed.message.startswith("ValueError: Cannot reshape a tensor with 1 elements to shape [3,3]")
    assert failed.message.endswith(f"(model.py:{inner})")
    assert failed.traceback.startswith(
        "Traceback (most recent call last):\n"
        f'  File "model.py", line {outer}, in model\n'
        "    broken(tf.constant([1.0]))\n"
    )
    assert (
        f'    File "model.py", line {inner}, in broken  *\n'
        "        return tf.reshape(x * {{uniform(0, 1)}}, [3, 3])\n"
    ) in failed.traceback
    assert "/./" not in failed.traceback


def test_an_exception_in_a_fit_names_the_users_line(worker: ProcessExecutor) -> None:
    failed = failure(trial(worker, rate=0.5, factor=0, how=3))
    line = line_of("return net.fit(np.zeros")
    assert failed.message.splitlines()[0].endswith(f"(model.py:{line})")
    shown = f'  File "model.py", line {line}, in model\n    return net.fit(np.zeros((3, 7)), y)\n'
    assert shown in failed.traceback
    assert "keras_hooks.py" not in failed.traceback


def line_of(text: str) -> int:
    """The line of the program on which `text` stands."""
    kept = SETUP.strip("\n") + "\n" + TRIAL.strip("\n")
    return kept[: kept.index(text)].count("\n") + 1


def test_a_worker_does_not_grow_with_its_trials(worker: ProcessExecutor) -> None:
    graphs = []
    for _ in range(5):
        finished = trial(worker, rate=0.5, factor=0, how=4)
        graphs.append(finished.metrics["graphs"])
        worker.send(0, Drop())
    assert len(set(graphs[2:])) == 1, graphs


def test_a_trial_that_imports_keras_draws_the_same_as_one_that_has_it(tmp_path: Path) -> None:
    made = program(
        setup="import random",
        trial="""
            def model():
                import keras, numpy as np
                weights = keras.layers.Dense(1)
                weights.build((1, 1))
                drawn = weights.kernel[0][0], keras.random.normal((1,))[0], random.random(), np.random.rand()
                return {'loss': sum(map(float, drawn)), **dict(zip('abcd', drawn))}
        """,
        folder=tmp_path,
    )
    with started(made) as executor:
        imports, has_it, differs = (trial(executor, seed=seed) for seed in (3, 3, 4))
    assert isinstance(imports.outcome, Complete)
    assert imports == has_it
    assert not imports.metrics.items() & differs.metrics.items()
