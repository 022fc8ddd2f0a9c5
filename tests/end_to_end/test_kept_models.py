"""Kept models are the models that were scored, wherever they are loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import hypertemplate
from hypertemplate.errors import NoModelError
from hypertemplate.search.storage.sqlite.reader import read_study

pytestmark = [pytest.mark.keras, pytest.mark.long]

SCRIPT = """\
import keras
import numpy as np

x = np.ones((8, 1), "float32")


class Net(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.dense = keras.layers.Dense(units, kernel_initializer="ones")

    def call(self, inputs):
        return self.dense(inputs)


FACTOR = 2.0


def doubled(inputs):
    return inputs * FACTOR


class Local:
    class Same(keras.layers.Layer):
        def call(self, inputs):
            return inputs


between = {{choice(["nothing", "subclass", "function", "lambda", "default", "local"], name="between")}}
network = Net(1) if between == "subclass" else keras.Sequential([
    keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones"), *(
        [keras.layers.Lambda(doubled)] if between == "function" else
        [keras.layers.Lambda(lambda inputs: inputs * FACTOR)] if between == "lambda" else
        [keras.layers.Lambda(lambda inputs, factor=2.0: inputs * factor)] if between == "default" else
        [Local.Same()] if between == "local" else [])])
network.compile("sgd", "mse")
network.fit(x, x * 0, validation_data=(x, x * 0), epochs=2, verbose=0)
"""


def ran(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=300, check=True
    )


def test_a_script_keeps_the_model_of_its_last_fit_or_says_why_not(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    options = ["--algo", "grid", "--max-evals", "6", "--keep-models", "6"]
    done = ran(tmp_path, "-m", "hypertemplate", "run", "script.py", *options)
    reason = (
        "NotImplementedError: Object Net was created by passing non-serializable argument values in `__init__()`, "
        "and therefore the object must override `get_config()` in order to be serializable. "
        "Please implement `get_config()`"
    )
    note = f"note: of the model of trial 1 weights and config are kept, but not the model: {reason}"
    assert note in done.stderr
    for trial, reason in (
        (
            3,
            "a lambda uses FACTOR, and Keras saves its code alone; define what a model is made of at the top level",
        ),
        (4, "TypeError: arg 4 (defaults) must be None or tuple; define"),
        (5, "TypeError: Could not locate class 'Same'. Make sure"),
    ):
        note = f"note: the model of trial {trial} is kept, but Keras cannot load it again: {reason}"
        assert note in done.stderr
    assert "the model of trial 2" not in done.stderr
    study = tmp_path / "script.study"
    kept = read_study(study).models
    assert [Path(kept[number]).suffix for number in range(6)] == [".keras", ".parts", *[".keras"] * 4]
    (weights,) = json.loads((study / kept[1] / "config.json").read_text())["layers"]
    assert (weights["class"], weights["config"]["units"]) == ("Dense", 1)
    # Trials 0, 1 and 5 have the same numbers, and the first of equals is the best.
    loaded = hypertemplate.load_study(study)
    code = f"""
        import keras, numpy
        net = keras.saving.load_model({str(study / "best.keras")!r})
        print(net.evaluate(numpy.ones((8, 1)), numpy.zeros((8, 1)), verbose=0))
    """
    found = float(ran(tmp_path, "-c", dedent(code)).stdout.splitlines()[-1])
    assert found == pytest.approx(loaded.best_loss, rel=1e-5)
    with pytest.raises(NoModelError, match="Keras could not save it: NotImplementedError"):
        loaded._load(1, False)


CALLED = """\
import sys

import keras
import numpy as np
from hyperopt import Trials
from hypertemplate import optim


def offset():
    return {{choice([10.0, 20.0], name="offset")}}


def scale(inputs):
    return inputs * {{choice([2.0, 3.0], name="scale")}}


class Shift(keras.layers.Layer):
    def call(self, inputs):
        return inputs + offset()


@keras.saving.register_keras_serializable("mine")
class Net(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.shift = Shift()

    def call(self, inputs):
        return scale(self.shift(inputs)) + {{choice([100.0, 200.0], name="net")}}


def model():
    x = np.ones((4, 1), "float32")
    inputs = keras.Input((1,))
    outputs = keras.layers.Lambda(lambda t: t * {{choice([5.0, 7.0], name="factor")}})(inputs)
    outputs = Net()(Shift()(keras.layers.Lambda(scale)(outputs)))
    network = keras.Model(inputs, outputs)
    return {"loss": float(network(x)[0, 0]), "model": network}


if __name__ == "__main__":
    x = np.ones((4, 1), "float32")
    for workers in (None, 1):
        trials = Trials()
        models = optim.best_models(3, model, None, "random", 3, trials, verbose=False, workers=workers)
        losses = sorted(trials.losses())
        print([float(one.predict(x, verbose=0)[0, 0]) for one in models] == losses, len(set(losses)))
"""
LOADED = """\
import sys

import hypertemplate
import numpy as np

study = hypertemplate.load_study("called.study")
network = study.best_model(trust=True)
print(float(network.predict(np.ones((4, 1)), verbose=0)[0, 0]) == study.best_loss)
print("called" in sys.modules)
"""


@pytest.mark.slow
def test_what_a_model_reads_when_it_is_called_has_the_values_of_its_trial(tmp_path: Path) -> None:
    (tmp_path / "called.py").write_text(CALLED)
    # In memory, after further trials, and in the files of a worker.
    assert ran(tmp_path, "called.py").stdout.splitlines() == ["True 3", "True 3"]
    ran(tmp_path, "-m", "hypertemplate", "run", "called.py", "--max-evals", "2", "--algo", "random")
    assert ran(tmp_path, "-c", LOADED).stdout.splitlines() == ["True", "False"]


EPOCHS = """\
import json
import sys

import keras
import numpy as np
from hyperopt import Trials

from hypertemplate import optim

X = np.ones((8, 1), "float32")
VALIDATION = X, X * 0.55


def dense():
    return keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")


class Net(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = dense()

    def call(self, inputs):
        return self.dense(inputs)


class Halves(keras.callbacks.Callback):
    # Validates with other weights than those that are trained.

    def on_test_begin(self, logs=None):
        self.before = self.model.get_weights()
        self.model.set_weights([one * 0.8 for one in self.before])

    def on_test_end(self, logs=None):
        self.model.set_weights(self.before)


def fitted(net, callbacks, **options):
    # The weight goes from 0 to 1, and is nearest to that of the validation in between.
    weights = []
    note = keras.callbacks.LambdaCallback(
        on_test_end=lambda logs: weights.append(float(np.asarray(net.weights[0])[0, 0])))
    ema = {"use_ema": True, "ema_momentum": 0.8} if any(isinstance(one, keras.callbacks.SwapEMAWeights) for one in callbacks) else {}
    net.compile(keras.optimizers.SGD(0.1, **ema), "mse", **options)
    history = net.fit(X, X, validation_data=VALIDATION, batch_size=8, epochs=8, verbose=0, callbacks=[note, *callbacks])
    losses = history.history["val_loss"]
    return history, losses, weights[losses.index(min(losses))], weights[-1]


def model():
    how = {{choice(["history", "lowest", "evaluated", "restored", "folds", "mean", "shared", "loaded", "set", "subclass",
                   "averages", "own averages", "last of averages"])}}
    layer = dense()
    net = Net() if how == "subclass" else keras.Sequential([keras.Input((1,)), layer])
    callbacks = {
        "restored": [keras.callbacks.EarlyStopping("loss", patience=1, restore_best_weights=True)],
        "averages": [keras.callbacks.SwapEMAWeights()],
        "own averages": [Halves()],
        "last of averages": [Halves()],
    }
    steps = 2 if how == "lowest" else 1
    history, losses, best, last = fitted(net, callbacks.get(how, []), steps_per_execution=steps)
    loss = min(losses)
    if how == "last of averages":
        loss, best = losses[-1], last
    if how == "evaluated":
        loss, best = net.evaluate(*VALIDATION, verbose=0), last
    if how == "folds":
        net = keras.Sequential([keras.Input((1,)), dense()])
        _, losses, best, _ = fitted(net, [])
        loss = min(losses)
    if how == "mean":
        loss, best = float(np.mean(losses)), last
    if how == "shared":
        net = keras.Sequential([keras.Input((1,)), layer, keras.layers.Identity()])
    if how == "loaded":
        net, best = keras.models.clone_model(net), 7.0
        net.set_weights([np.array([[best]])])
    if how == "set":
        best = 9.0
        net.set_weights([np.array([[best]])])
    net.how, net.expected = how, best
    return history if how == "history" else {"loss": loss, "model": net}


if __name__ == "__main__":
    models = optim.best_models(13, model, None, "grid", 13, Trials(), checkpoint=sys.argv[1])
    print(json.dumps({one.how: [one.expected, float(one.predict(X[:1], verbose=0)[0, 0])] for one in models}))
"""


@pytest.mark.slow
def test_a_model_is_kept_as_it_was_scored(tmp_path: Path) -> None:
    (tmp_path / "epochs.py").write_text(EPOCHS)
    done = ran(tmp_path, "epochs.py", "best")
    kept = json.loads(done.stdout.splitlines()[-1])
    assert len(kept) == 13
    assert {how: found for how, (_, found) in kept.items()} == pytest.approx(
        {how: expected for how, (expected, _) in kept.items()}
    )
    note = "the models that are kept have the weights that the code set after the fit"
    assert note in done.stderr
