"""40 small trials with Ray Tune, one after another.

python ray_tune.py FOLDER SEED
"""

from __future__ import annotations

import sys
from typing import Any

import ray
from epoch_log import EpochLog
from ray import tune
from ray.tune.integration.keras import TuneReportCheckpointCallback
from ray.tune.search.basic_variant import BasicVariantGenerator
from task import TRIALS, data, network


def train(config: dict[str, Any], rows: Any, folder: str) -> None:
    trained = network(**config)
    callbacks = [EpochLog(folder), TuneReportCheckpointCallback(checkpoint_on=[])]
    trained.fit(*rows, epochs=1, callbacks=callbacks, verbose=0)


if __name__ == "__main__":
    folder, seed = sys.argv[1:]
    # Not a cluster that another search has left.
    ray.init(address="local", num_cpus=1, include_dashboard=False)
    tune.Tuner(
        tune.with_parameters(train, rows=data(), folder=folder),
        param_space={
            "units": tune.choice([32, 64, 128]),
            "activation": tune.choice(["relu", "tanh"]),
            "dropout": tune.uniform(0, 0.5),
        },
        tune_config=tune.TuneConfig(
            metric="loss",
            mode="min",
            search_alg=BasicVariantGenerator(random_state=int(seed)),
            num_samples=TRIALS,
        ),
        run_config=tune.RunConfig(name="search", storage_path=folder, verbose=0),
    ).fit()
