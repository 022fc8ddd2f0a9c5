"""Optuna's search for the table: TPE.

    python optuna_search.py FOLDER SEED

Written as Optuna's documentation shows: its example with scikit-learn, and its page on parallelization,
by which two processes run this file with one journal as their storage. The rows are made once, not in each
trial.
"""

from __future__ import annotations

import os
import sys

import optuna
import trial_log
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from task import data, trees


class Objective:
    """Has the trees of one trial learn; their validation accuracy counts."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._x_train, self._y_train, *self._validation = data()

    def __call__(self, trial: optuna.Trial) -> float:
        values = {
            "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.5, log=True),
            "max_iter": trial.suggest_int("max_iter", 20, 200),
            "max_leaf_nodes": trial.suggest_int("max_leaf_nodes", 4, 128, log=True),
            "min_samples_leaf": trial.suggest_int("min_samples_leaf", 5, 200, log=True),
            "l2_regularization": trial.suggest_float("l2_regularization", 1e-6, 100, log=True),
            "max_features": trial.suggest_float("max_features", 0.2, 1),
        }
        learned = trees(values, seed=0).fit(self._x_train, self._y_train)
        accuracy = float(learned.score(*self._validation))
        trial_log.write(self._folder, "epochs", fit=f"{os.getpid()}-{trial.number}", accuracy=accuracy)
        return accuracy


if __name__ == "__main__":
    folder, seed = sys.argv[1:]
    study = optuna.create_study(
        study_name="search",
        storage=JournalStorage(JournalFileBackend(f"{folder}/journal.log")),
        load_if_exists=True,
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=int(seed), constant_liar=True),
    )
    study.optimize(Objective(folder))
