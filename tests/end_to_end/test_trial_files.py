"""Two trials at once that save and load ``best.keras``, as users' templates do, with real Keras."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.executors.base import Died
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.protocol import (
    Calling,
    Complete,
    Drop,
    Finished,
    FitEnded,
    Go,
    Keep,
    Ready,
    Run,
    Saved,
)
from tests.executors.workers import process_executor

pytestmark = pytest.mark.keras

# The learning rate is 0, so that a model's weight tells which trial it is of.
TEMPLATE = """
import numpy as np
import keras
from keras.callbacks import BackupAndRestore, CSVLogger, ModelCheckpoint
from keras.models import load_model
from tensorflow.keras.models import load_model as load_by_tensorflow
from sklearn.linear_model import LinearRegression
from hypertemplate import trial


def data():
    x_train = np.ones((8, 1), "float32")
    return x_train, x_train * 0


def model(x_train, y_train):
    weight = {{uniform(0, 10)}}
    what = {{choice(["keras", "weights", "estimator"], name="what")}}
    net = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(
        1, use_bias=False, kernel_initializer=keras.initializers.Constant(weight))])
    net.compile(keras.optimizers.SGD(0.0), loss="mse")
    checkpoint = ModelCheckpoint("best.keras", monitor="loss", save_best_only=True)
    net.fit(x_train, y_train, epochs=1, verbose=0, callbacks=[
        checkpoint, CSVLogger("log.csv"), BackupAndRestore("backup")])
    if what == "weights":
        net.save_weights("nets/last.weights.h5")
        net.load_weights("nets/last.weights.h5")
        best = net
    else:
        best = load_model("best.keras")
        load_by_tensorflow("best.keras")
    (trial.folder / "mine.txt").write_text(f"{trial.number} {dict(trial.params)}")
    if what == "estimator":
        best = LinearRegression().fit(x_train, y_train)
        return {"loss": float(trial.number), "model": best}
    return {"loss": float(best.layers[-1].get_weights()[0][0, 0]), "model": best}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The working directory of the workers."""
    place = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        yield place


@pytest.fixture(scope="module")
def executor(folder: Path) -> Iterator[ProcessExecutor]:
    """Two workers that have loaded the template."""
    source = Source((Part("file", "model.py", TEMPLATE),), str(folder / "model.py"), "model.py")
    made = process_executor(compile_source(source), seed=1337, workers=2)
    with contextlib.closing(made):
        made.start()
        ready = 0
        while ready < 2:
            event = made.receive()
            assert event is not None
            assert isinstance(event.message, (Calling, Ready)), event.message
            ready += isinstance(event.message, Ready)
        yield made


def run_both(executor: ProcessExecutor, *runs: Run) -> list[Finished]:
    """Run a trial on each worker: each saves its checkpoint, one after the other, before either goes on."""
    finished: dict[int, Finished] = {}
    for worker, run in enumerate(runs):
        executor.send(worker, run)
        go_on(executor, finished, until=FitEnded)
    for worker in {0, 1} - finished.keys():
        executor.send(worker, Go())
    while len(finished) < 2:
        go_on(executor, finished, until=Finished)
    return [finished[0], finished[1]]


def go_on(executor: ProcessExecutor, finished: dict[int, Finished], *, until: type) -> None:
    """Answer a worker until it says `until`, which is not answered, or has finished."""
    while True:
        event = executor.receive()
        assert event is not None
        assert not isinstance(event.message, Died), event.message
        if isinstance(event.message, Finished):
            finished[event.worker] = event.message
        if isinstance(event.message, (Finished, until)):
            return
        executor.send(event.worker, Go())


def drop(executor: ProcessExecutor) -> None:
    """Let both models go."""
    executor.send(0, Drop())
    executor.send(1, Drop())


def runs(folder: Path | None, number: int, what: int = 0) -> tuple[Run, Run]:
    """Two trials, of weights 1 and 2."""
    return (
        Run(number, {"weight": 1.0, "what": what}, 5, folder=str(folder / "0000") if folder else ""),
        Run(number + 1, {"weight": 2.0, "what": what}, 6, folder=str(folder / "0001") if folder else ""),
    )


def test_every_trial_scores_its_own_model(executor: ProcessExecutor, folder: Path) -> None:
    (folder / "best.keras").write_text("no model")
    before = sorted(folder.iterdir())
    first, second = run_both(executor, *runs(folder / "trials", 0))
    assert [first.outcome, second.outcome] == [Complete(1.0), Complete(2.0)]
    drop(executor)
    for number, weight in ((0, 1.0), (1, 2.0)):
        own = folder / "trials" / f"000{number}"
        names = {path.name for path in own.iterdir()}
        assert names == {"best.keras", "log.csv", "mine.txt", "output.log"}
        assert (own / "mine.txt").read_text() == f"{number} {{'weight': {weight}, 'what': 'keras'}}"
    assert sorted(folder.iterdir()) == sorted([*before, folder / "trials"])


def test_weights_are_written_to_the_trials_folder(executor: ProcessExecutor, folder: Path) -> None:
    _, second = run_both(executor, *runs(folder / "more", 2, what=1))
    assert second.outcome == Complete(2.0)
    assert second.notes == ()
    assert (folder / "more" / "0001" / "nets" / "last.weights.h5").exists()
    drop(executor)


def test_a_model_that_keras_cannot_save_is_kept_under_another_name(
    executor: ProcessExecutor, folder: Path
) -> None:
    run_both(executor, *runs(folder / "kept", 4, what=2))
    executor.send(0, Keep(str(folder / "models" / "trial-0004.keras")))
    event = executor.receive()
    assert event is not None
    assert event.message == Saved(str(folder / "models" / "trial-0004.pickle"))
    executor.send(1, Drop())


def test_without_folders_nothing_is_redirected(executor: ProcessExecutor, folder: Path) -> None:
    first, second = run_both(executor, *runs(None, 6))
    # Both load what was saved last: this is what the folders are for.
    assert [first.outcome, second.outcome] == [Complete(2.0), Complete(2.0)]
    assert (folder / "log.csv").exists()
    drop(executor)
