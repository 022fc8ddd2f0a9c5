"""40 small trials with KerasTuner, in one process.

python keras_tuner_search.py FOLDER SEED random|bayesian
"""

from __future__ import annotations

import sys
from typing import Any

import keras_tuner
from epoch_log import EpochLog
from task import TRIALS, data, network

TUNERS = {"random": keras_tuner.RandomSearch, "bayesian": keras_tuner.BayesianOptimization}


def build_model(hp: keras_tuner.HyperParameters) -> Any:
    return network(
        units=hp.Choice("units", [32, 64, 128]),
        activation=hp.Choice("activation", ["relu", "tanh"]),
        dropout=hp.Float("dropout", 0, 0.5),
    )


if __name__ == "__main__":
    folder, seed, name = sys.argv[1:]
    x, y = data()
    tuner = TUNERS[name](
        build_model,
        objective=keras_tuner.Objective("loss", "min"),
        max_trials=TRIALS,
        seed=int(seed),
        directory=folder,
        project_name="search",
    )
    tuner.search(x, y, epochs=1, callbacks=[EpochLog(folder)], verbose=0)
