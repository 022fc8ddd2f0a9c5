"""KerasTuner's search for the table: `SklearnTuner`.

    python keras_tuner_search.py FOLDER SEED

Written as KerasTuner's documentation shows: an oracle, a function that builds the model of `hp`, a scorer of
scikit-learn's, and a splitter, which here has the one split that all arms have. A chief and workers run the
same file.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import keras_tuner
import numpy as np
import trial_log
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import PredefinedSplit
from task import data, trees


def build_model(hp: keras_tuner.HyperParameters) -> Any:
    values = {
        "learning_rate": hp.Float("learning_rate", 0.01, 0.5, sampling="log"),
        "max_iter": hp.Int("max_iter", 20, 200),
        "max_leaf_nodes": hp.Int("max_leaf_nodes", 4, 128, sampling="log"),
        "min_samples_leaf": hp.Int("min_samples_leaf", 5, 200, sampling="log"),
        "l2_regularization": hp.Float("l2_regularization", 1e-6, 100, sampling="log"),
        "max_features": hp.Float("max_features", 0.2, 1),
    }
    return trees(values, seed=0)


def main(folder: str, seed: int) -> None:
    """Search until this process is ended."""

    def logged(y_true: Any, y_pred: Any) -> float:
        accuracy = float(accuracy_score(y_true, y_pred))
        trial_log.write(folder, "epochs", fit=f"{os.getpid()}-{next(trials)}", accuracy=accuracy)
        return accuracy

    x_train, y_train, x_val, y_val = data()
    learned = np.repeat([-1, 0], [len(x_train), len(x_val)])
    trials = iter(range(10_000))
    tuner = keras_tuner.tuners.SklearnTuner(
        oracle=keras_tuner.oracles.BayesianOptimizationOracle(
            objective=keras_tuner.Objective("score", "max"), max_trials=10_000, seed=seed
        ),
        hypermodel=build_model,
        scoring=make_scorer(logged),
        cv=PredefinedSplit(learned),
        directory=folder,
        project_name="search",
    )
    tuner.search(np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
