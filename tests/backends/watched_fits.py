"""Fits of a real Keras with and without the hook; one process, which writes what it found as JSON."""

from __future__ import annotations

import json
import math
import random
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

import hypertemplate
from hypertemplate import trial
from hypertemplate.runtime.hooks.keras_fit import hook
from hypertemplate.runtime.hooks.keras_patience import UNMONITORED
from hypertemplate.runtime.kept_models.epoch_weights import EpochWeights
from hypertemplate.runtime.objective import Wanted
from hypertemplate.runtime.protocol import Epoch, FitEnded, FitStarted, Go, Stop
from hypertemplate.runtime.reports.fits import Fits, TrialStopped
from hypertemplate.runtime.reports.own_reports import OwnReports

CHANCE = np.random.default_rng(0)
X = CHANCE.normal(size=(32, 4)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")
VALIDATION = {"validation_data": (X[:8], Y[:8])}

Message = FitStarted | Epoch | FitEnded


class Driver:
    """Remembers what it hears, and stops at a report."""

    def __init__(self, stop_at: int | None = None, patience: int | None = None) -> None:
        self.heard: list[Message] = []
        weights = EpochWeights(Wanted())
        self.fits = Fits(self.ask, weights, patience)
        self._stop_at = stop_at

    def ask(self, message: Message) -> Go | Stop:
        self.heard.append(message)
        return Stop("worse") if isinstance(message, Epoch) and message.epoch == self._stop_at else Go()

    @property
    def epochs(self) -> list[tuple[int, int]]:
        return [(one.fit, one.epoch) for one in self.heard if isinstance(one, Epoch)]


CURRENT: list[Fits | None] = [None]


def network(kind: Any = None, **options: Any) -> Any:
    inputs = keras.Input((4,))
    outputs = keras.layers.Dense(1, activation="sigmoid")(
        keras.layers.Dropout(0.5)(keras.layers.Dense(3, activation="relu")(inputs))
    )
    model = (kind or keras.Model)(inputs, outputs)
    model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"], **options)
    return model


class Subclassed(keras.Model):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.dense = keras.layers.Dense(1, activation="sigmoid")

    def call(self, inputs: Any, training: bool = False) -> Any:
        return self.dense(inputs)


class TapeStep(keras.Model):  # type: ignore[misc]
    """A model with a training step of its own, where the backend is TensorFlow."""

    def train_step(self, data: Any) -> Any:
        x, y = data
        with sys.modules["tensorflow"].GradientTape() as tape:
            predicted = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=predicted)
        self.optimizer.apply_gradients(
            zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables, strict=True)
        )
        return {**self.compute_metrics(x, y, predicted), "own": loss}


class StatelessStep(keras.Model):  # type: ignore[misc]
    """The same where it is JAX."""

    def train_step(self, state: Any, data: Any) -> Any:
        logs, state = super().train_step(state, data)
        return {**logs, "own": logs["loss"]}, state


class BackwardStep(keras.Model):  # type: ignore[misc]
    """The same where it is PyTorch."""

    def train_step(self, data: Any) -> Any:
        x, y = data
        self.zero_grad()
        predicted = self(x, training=True)
        loss = self.compute_loss(x=x, y=y, y_pred=predicted)
        loss.backward()
        gradients = [one.value.grad for one in self.trainable_weights]
        with sys.modules["torch"].no_grad():
            self.optimizer.apply(gradients, self.trainable_weights)
        return {**self.compute_metrics(x, y, predicted), "own": loss}


OWN_STEP = {"tensorflow": TapeStep, "jax": StatelessStep, "torch": BackwardStep}[keras.backend.backend()]


class Sequence(keras.utils.PyDataset):  # type: ignore[misc]
    def __len__(self) -> int:
        return 4

    def __getitem__(self, at: int) -> Any:
        return X[8 * at : 8 * at + 8], Y[8 * at : 8 * at + 8]


def batches() -> Iterator[Any]:
    while True:
        yield X[:8], Y[:8]


def subclassed() -> Any:
    model = Subclassed()
    model.compile("adam", "binary_crossentropy")
    return model, model.fit(X, Y, epochs=2, verbose=0)


def own_step() -> Any:
    model = network(OWN_STEP)
    return model, model.fit(X, Y, epochs=2, verbose=0, **VALIDATION)


def data_set() -> Any:
    model = network()
    return model, model.fit(
        sys.modules["tensorflow"].data.Dataset.from_tensor_slices((X, Y)).shuffle(9).batch(8),
        epochs=2,
        verbose=0,
    )


def train_on_batch() -> Any:
    model = network()
    history = []
    for epoch in range(3):
        loss, accuracy = model.train_on_batch(X, Y)
        hypertemplate.report(step=epoch, loss=loss, accuracy=accuracy)
        history.append([float(loss), float(accuracy)])
    return model, history


def fitted(*args: Any, **options: Any) -> Callable[[], Any]:
    def run() -> Any:
        model = network()
        given = {"epochs": 2, "verbose": 0} | options if len(args) < 3 else options
        return model, model.fit(*args, **given)

    return run


SITUATIONS: dict[str, Callable[[], Any]] = {
    "arrays": fitted(X, Y),
    "a validation now and then": fitted(X, Y, epochs=5, validation_freq=2, **VALIDATION),
    "a generator": fitted(batches(), steps_per_epoch=3),
    "a PyDataset": fitted(Sequence()),
    "a tf.data set": data_set,
    "callbacks by position": fitted(X, Y, 8, 3, 0, [keras.callbacks.LambdaCallback()]),
    "a single callback": fitted(X, Y, callbacks=keras.callbacks.TerminateOnNaN()),
    "a learning rate that falls": fitted(
        X, Y, epochs=4, callbacks=[keras.callbacks.ReduceLROnPlateau(patience=0)], **VALIDATION
    ),
    "a subclassed model": subclassed,
    "a training step of one's own": own_step,
    "a loop of train_on_batch": train_on_batch,
    "a long fit": fitted(X, Y, epochs=130, batch_size=32),
}
if "tensorflow" not in sys.modules:  # the environments of the other backends lack it
    del SITUATIONS["a tf.data set"]


def plain(made: Any) -> Any:
    """All that a run leaves: the history, the weights, a loss, and the next random numbers."""
    model, history = made
    left = [random.random(), float(np.random.rand()), np.asarray(keras.random.uniform((1,))).tolist()]
    return [
        getattr(history, "history", history),
        [np.asarray(variable).tolist() for variable in model.weights],
        model.evaluate(X, Y, verbose=0),
        left,
    ]


def seeded(run: Callable[[], Any]) -> Any:
    keras.utils.set_random_seed(1)
    return plain(run())


def compared() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, run in SITUATIONS.items():
        without = seeded(run)
        driver = Driver()
        CURRENT[0] = driver.fits
        with trial._running(0, "", {}), trial._heard(OwnReports(driver.fits).report):
            watched = seeded(run)
        driver.fits.close()
        CURRENT[0] = None
        found[name] = {"equal": repr(without) == repr(watched), "reports": len(driver.epochs)}
    return found


def raising() -> Any:
    """A callback of the user's raises: the error is the user's, and the trial's next fit is watched."""

    def fail(epoch: int, logs: Any) -> None:
        if epoch == 1:
            raise RuntimeError("mine")

    driver = Driver()
    CURRENT[0] = driver.fits
    try:
        network().fit(
            X, Y, epochs=3, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=fail)]
        )
    except RuntimeError as error:
        said = str(error)
    network().fit(X, Y, epochs=1, verbose=0)
    return [said, driver.epochs]


def nested() -> Any:
    """A fit in a callback of another fit: both have curves, and the outer one goes on."""

    def inner(epoch: int, logs: Any) -> None:
        network().fit(X, Y, epochs=1, verbose=0)

    driver = Driver()
    CURRENT[0] = driver.fits
    outer = keras.callbacks.LambdaCallback(on_epoch_end=inner)
    history = network().fit(X, Y, epochs=2, verbose=0, callbacks=[outer])
    return [len(history.history["loss"]), driver.epochs]


def in_thread() -> Any:
    """A fit in a thread is watched; where the trial was stopped, it ends with our exception there alone."""
    driver = Driver(stop_at=1)
    CURRENT[0] = driver.fits
    ended: list[str] = []

    def work() -> None:
        network().fit(X, Y, epochs=4, verbose=0)
        try:
            network().fit(X, Y, epochs=4, verbose=0)
        except TrialStopped as error:
            ended.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return [driver.epochs, ended]


def diverging() -> Any:
    """A loss that turns NaN is reported as it is."""
    driver = Driver()
    CURRENT[0] = driver.fits
    model = network()
    model.compile(keras.optimizers.SGD(float("inf")), "mse")
    model.fit(X, Y, epochs=2, verbose=0)
    return [math.isnan(one.metrics["loss"]) for one in driver.heard if isinstance(one, Epoch)]


def patience() -> Any:
    """Fits end after so many epochs without a better value, with the weights of the best."""
    found = []
    far = {"validation_data": (X[:8], 1 - Y[:8])}  # which gets worse while the model learns
    own = [keras.callbacks.EarlyStopping(patience=5)]
    for options in (far, {**far, "validation_freq": 2}, {**far, "callbacks": own}, {}):
        driver = Driver(patience=2)
        CURRENT[0] = driver.fits
        keras.utils.set_random_seed(2)
        model = network()
        history = model.fit(X, Y, epochs=20, verbose=0, **options)
        values = history.history.get("val_loss", [0.0])
        best = math.isclose(model.evaluate(*far["validation_data"], verbose=0)[0], min(values), rel_tol=1e-4)
        found.append([len(history.history["loss"]), len(values) - 1 - values.index(min(values)), best])
    return [found, driver.fits.notes == [UNMONITORED]]


def main() -> None:
    hook(keras, lambda: CURRENT[0])
    found = compared()
    cases = (raising, nested, in_thread, diverging, patience)
    print(json.dumps({"situations": found, **{case.__name__: case() for case in cases}}), file=sys.stdout)


if __name__ == "__main__":
    main()
