"""40 small trials with Optuna's TPE, in one process, with its storage in a file of SQLite.

python optuna_search.py FOLDER SEED
"""

from __future__ import annotations

import sys
from typing import Any

import keras
import optuna
from epoch_log import EpochLog
from task import TRIALS, data, network


def objective(trial: optuna.Trial) -> Any:
    keras.backend.clear_session()
    trained = network(
        units=trial.suggest_categorical("units", [32, 64, 128]),
        activation=trial.suggest_categorical("activation", ["relu", "tanh"]),
        dropout=trial.suggest_float("dropout", 0, 0.5),
    )
    history = trained.fit(x, y, epochs=1, callbacks=[EpochLog(sys.argv[1])], verbose=0)
    return history.history["loss"][-1]


if __name__ == "__main__":
    folder, seed = sys.argv[1:]
    x, y = data()
    study = optuna.create_study(
        storage=f"sqlite:///{folder}/study.db", sampler=optuna.samplers.TPESampler(seed=int(seed))
    )
    study.optimize(objective, n_trials=TRIALS)
