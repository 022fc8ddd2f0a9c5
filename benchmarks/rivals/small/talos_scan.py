"""40 small trials with Talos.

python talos_scan.py FOLDER SEED
"""

from __future__ import annotations

import sys
from typing import Any

import talos
from epoch_log import EpochLog
from task import TRIALS, data, network


def train(x: Any, y: Any, x_val: Any, y_val: Any, params: dict[str, Any]) -> Any:
    trained = network(params["units"], params["activation"], params["dropout"])
    history = trained.fit(x, y, epochs=1, callbacks=[EpochLog(sys.argv[1])], verbose=0)
    return history, trained


if __name__ == "__main__":
    x, y = data()
    talos.Scan(
        x=x,
        y=y,
        x_val=x[:1],  # or it would leave out three tenths of the rows
        y_val=y[:1],
        params={"units": [32, 64, 128], "activation": ["relu", "tanh"], "dropout": (0.0, 0.5, 20)},
        model=train,
        experiment_name="search",
        round_limit=TRIALS,
        seed=int(sys.argv[2]),
        reduction_metric="loss",
        minimize_loss=True,
    )
