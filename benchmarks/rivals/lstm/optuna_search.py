"""Optuna's search for the digits: TPE with the median pruner, and Optuna's callback for Keras.

    python optuna_search.py FOLDER SEED

Written as Optuna's documentation shows, like the one for Fashion-MNIST: two processes run this file with one
journal as their storage.
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


class Objective:
    """Trains one network for each trial; its validation accuracy at the end counts."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._x_train, self._y_train, *self._validation = data()

    def __call__(self, trial: optuna.Trial) -> Any:
        keras.backend.clear_session()
        layers = trial.suggest_int("layers", 1, 2)
        trained = network(
            units=[trial.suggest_int(f"units_{i}", 16, 128, step=16) for i in range(layers)],
            dropout=trial.suggest_float("dropout", 0, 0.5),
            optimizer=trial.suggest_categorical("optimizer", ["adam", "rmsprop"]),
            learning_rate=trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True),
        )
        trained.fit(
            self._x_train,
            self._y_train,
            batch_size=trial.suggest_categorical("batch_size", [16, 32, 64]),
            epochs=EPOCHS,
            validation_data=tuple(self._validation),
            callbacks=[EpochLog(self._folder), KerasPruningCallback(trial, "val_accuracy")],
            verbose=0,
        )
        return trained.evaluate(*self._validation, verbose=0)[1]


if __name__ == "__main__":
    folder, seed = sys.argv[1:]
    study = optuna.create_study(
        study_name="search",
        storage=JournalStorage(JournalFileBackend(f"{folder}/journal.log")),
        load_if_exists=True,
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=int(seed), constant_liar=True),
        pruner=optuna.pruners.MedianPruner(),
    )
    study.optimize(Objective(folder))
