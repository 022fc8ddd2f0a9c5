"""Optuna's search for Fashion-MNIST: TPE with a pruner, and Optuna's callback for Keras.

    python optuna_search.py FOLDER SEED median|hyperband

Written as Optuna's documentation shows: its example of pruning with Keras, and its page on
parallelization, by which two processes run this file with one journal as their storage. Of its sampler it
says that `constant_liar` is for that. The second process has another seed, or both would begin with the
same values. The images are loaded once, not in each trial as in the example.
"""

from __future__ import annotations

import sys
from typing import Any

import keras
import optuna
from epoch_log import EpochLog
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna_integration import KerasPruningCallback
from task import EPOCHS, data, network

PRUNERS = {
    "median": optuna.pruners.MedianPruner(),
    "hyperband": optuna.pruners.HyperbandPruner(min_resource=1, max_resource=EPOCHS, reduction_factor=3),
}


class Objective:
    """Trains one network for each trial; its validation accuracy at the end counts."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._x_train, self._y_train, *self._validation = data()

    def __call__(self, trial: optuna.Trial) -> Any:
        keras.backend.clear_session()
        layers = trial.suggest_int("layers", 1, 4)
        trained = network(
            units=[trial.suggest_int(f"units_{i}", 32, 512, step=32) for i in range(layers)],
            dropout=trial.suggest_float("dropout", 0, 0.5),
            activation=trial.suggest_categorical("activation", ["relu", "tanh", "elu"]),
            optimizer=trial.suggest_categorical("optimizer", ["adam", "rmsprop", "sgd"]),
            learning_rate=trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True),
        )
        trained.fit(
            self._x_train,
            self._y_train,
            batch_size=trial.suggest_categorical("batch_size", [32, 64, 128, 256]),
            epochs=EPOCHS,
            validation_data=tuple(self._validation),
            callbacks=[EpochLog(self._folder), KerasPruningCallback(trial, "val_accuracy")],
            verbose=0,
        )
        return trained.evaluate(*self._validation, verbose=0)[1]


def opened(folder: str, seed: int, pruner: str) -> optuna.Study:
    """The study in a folder, new or as another process has begun it."""
    return optuna.create_study(
        study_name="search",
        storage=JournalStorage(JournalFileBackend(f"{folder}/journal.log")),
        load_if_exists=True,
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, constant_liar=True),
        pruner=PRUNERS[pruner],
    )


if __name__ == "__main__":
    folder, seed, pruner = sys.argv[1:]
    opened(folder, int(seed), pruner).optimize(Objective(folder))
