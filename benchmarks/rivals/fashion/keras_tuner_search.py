"""KerasTuner's search for Fashion-MNIST.

    python keras_tuner_search.py FOLDER SEED random|hyperband|bayesian

Written as KerasTuner's documentation shows: a `HyperModel` builds a network of `hp`, and fits it with a
batch size that is searched too. Its guide on distributed tuning has a chief and workers run the same
file, told apart by variables of the environment. `Hyperband` begins again when its brackets are done, since
a search ends with its time here.
"""

from __future__ import annotations

import sys
from typing import Any

import keras_tuner
from epoch_log import EpochLog
from task import EPOCHS, data, network


class Network(keras_tuner.HyperModel):
    def build(self, hp: keras_tuner.HyperParameters) -> Any:
        layers = hp.Int("layers", 1, 4)
        return network(
            units=[hp.Int(f"units_{i}", 32, 512, step=32) for i in range(layers)],
            dropout=hp.Float("dropout", 0, 0.5),
            activation=hp.Choice("activation", ["relu", "tanh", "elu"]),
            optimizer=hp.Choice("optimizer", ["adam", "rmsprop", "sgd"]),
            learning_rate=hp.Float("learning_rate", 1e-4, 1e-1, sampling="log"),
        )

    def fit(self, hp: keras_tuner.HyperParameters, model: Any, *args: Any, **kwargs: Any) -> Any:
        return model.fit(*args, batch_size=hp.Choice("batch_size", [32, 64, 128, 256]), **kwargs)


TUNERS = {
    "random": (keras_tuner.RandomSearch, {"max_trials": 10_000}),
    "hyperband": (keras_tuner.Hyperband, {"max_epochs": EPOCHS, "hyperband_iterations": 100}),
    "bayesian": (keras_tuner.BayesianOptimization, {"max_trials": 10_000}),
}


def main(folder: str, seed: int, name: str) -> None:
    """Search until this process is ended."""
    x_train, y_train, x_val, y_val = data()
    tuner_class, options = TUNERS[name]
    tuner = tuner_class(
        Network(), objective="val_accuracy", seed=seed, directory=folder, project_name="search", **options
    )
    tuner.search(
        x_train,
        y_train,
        epochs=EPOCHS,
        validation_data=(x_val, y_val),
        callbacks=[EpochLog(folder)],
        verbose=0,
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
