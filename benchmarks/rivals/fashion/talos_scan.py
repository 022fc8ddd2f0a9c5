"""Talos's search for Fashion-MNIST.

    python talos_scan.py FOLDER SEED

Written as Talos's documentation shows: a dictionary of lists and of tuples (from, to, steps), a function
that returns the history and the network, and `Scan`. A range has a step in Talos. It has neither processes
beside each other nor a pruner, so the one process has all of the machine.
"""

from __future__ import annotations

import sys
from typing import Any

import talos
from epoch_log import EpochLog
from task import EPOCHS, data, network

FOLDER = sys.argv[1]

PARAMS = {
    "layers": [1, 2, 3, 4],
    **{f"units_{i}": list(range(32, 513, 32)) for i in range(4)},
    "dropout": (0.0, 0.5, 20),
    "activation": ["relu", "tanh", "elu"],
    "optimizer": ["adam", "rmsprop", "sgd"],
    "learning_rate": [10 ** (-4 + step / 5) for step in range(16)],
    "batch_size": [32, 64, 128, 256],
}


def train(x_train: Any, y_train: Any, x_val: Any, y_val: Any, params: dict[str, Any]) -> Any:
    trained = network(
        units=[params[f"units_{i}"] for i in range(params["layers"])],
        dropout=params["dropout"],
        activation=params["activation"],
        optimizer=params["optimizer"],
        learning_rate=params["learning_rate"],
    )
    history = trained.fit(
        x_train,
        y_train,
        batch_size=params["batch_size"],
        epochs=EPOCHS,
        validation_data=(x_val, y_val),
        callbacks=[EpochLog(FOLDER)],
        verbose=0,
    )
    return history, trained


if __name__ == "__main__":
    x, y, x_val, y_val = data()
    talos.Scan(
        x=x,
        y=y,
        x_val=x_val,
        y_val=y_val,
        params=PARAMS,
        model=train,
        experiment_name="search",
        round_limit=1000,
        seed=int(sys.argv[2]),
        reduction_metric="val_accuracy",
    )
