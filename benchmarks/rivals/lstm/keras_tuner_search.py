"""KerasTuner's search for the digits: Hyperband.

    python keras_tuner_search.py FOLDER SEED

Written as KerasTuner's documentation shows, like the one for Fashion-MNIST: a `HyperModel`, and a chief with
workers that run the same file.
"""

from __future__ import annotations

import sys
from typing import Any

import keras_tuner
from epoch_log import EpochLog
from task import EPOCHS, data, network


class Network(keras_tuner.HyperModel):
    def build(self, hp: keras_tuner.HyperParameters) -> Any:
        layers = hp.Int("layers", 1, 2)
        return network(
            units=[hp.Int(f"units_{i}", 16, 128, step=16) for i in range(layers)],
            dropout=hp.Float("dropout", 0, 0.5),
            optimizer=hp.Choice("optimizer", ["adam", "rmsprop"]),
            learning_rate=hp.Float("learning_rate", 1e-4, 1e-1, sampling="log"),
        )

    def fit(self, hp: keras_tuner.HyperParameters, model: Any, *args: Any, **kwargs: Any) -> Any:
        return model.fit(*args, batch_size=hp.Choice("batch_size", [16, 32, 64]), **kwargs)


def main(folder: str, seed: int) -> None:
    """Search until this process is ended."""
    x_train, y_train, x_val, y_val = data()
    tuner = keras_tuner.Hyperband(
        Network(),
        objective="val_accuracy",
        max_epochs=EPOCHS,
        hyperband_iterations=100,
        seed=seed,
        directory=folder,
        project_name="search",
    )
    tuner.search(x_train, y_train, validation_data=(x_val, y_val), callbacks=[EpochLog(folder)], verbose=0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
