"""Ray Tune's search for Fashion-MNIST: random values, ASHA, and Ray's callback for Keras.

    python ray_tune.py FOLDER SEED

Written as Ray's documentation shows: its guide to Keras with Tune, its page on `ASHAScheduler`, and
`with_parameters` for data that all trials share. A trial asks for one CPU, which is Ray's default; two of
them make two workers. The callback saves no checkpoints, or it would have more to do than any other tool. Ray
copies its results to their folder after minutes, or when it ends in peace; so a callback writes them down.
"""

from __future__ import annotations

import sys
from typing import Any

import ray
import trial_log
from epoch_log import EpochLog
from ray import tune
from ray.tune.integration.keras import TuneReportCheckpointCallback
from ray.tune.schedulers import ASHAScheduler
from ray.tune.search.basic_variant import BasicVariantGenerator
from task import EPOCHS, data, network

SPACE = {
    "layers": tune.choice([1, 2, 3, 4]),
    **{f"units_{i}": tune.choice(list(range(32, 513, 32))) for i in range(4)},
    "dropout": tune.uniform(0, 0.5),
    "activation": tune.choice(["relu", "tanh", "elu"]),
    "optimizer": tune.choice(["adam", "rmsprop", "sgd"]),
    "learning_rate": tune.loguniform(1e-4, 1e-1),
    "batch_size": tune.choice([32, 64, 128, 256]),
}


class ResultLog(tune.Callback):
    """Writes down each result as Tune gets it, with the values of its trial."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def on_trial_result(self, iteration: int, trials: Any, trial: Any, result: Any, **info: Any) -> None:
        accuracy = float(result["val_accuracy"])
        trial_log.write(self._folder, "results", trial=trial.trial_id, accuracy=accuracy, values=trial.config)


def train(config: dict[str, Any], images: Any, folder: str) -> None:
    x_train, y_train, x_val, y_val = images
    trained = network(
        units=[config[f"units_{i}"] for i in range(config["layers"])],
        dropout=config["dropout"],
        activation=config["activation"],
        optimizer=config["optimizer"],
        learning_rate=config["learning_rate"],
    )
    trained.fit(
        x_train,
        y_train,
        batch_size=config["batch_size"],
        epochs=EPOCHS,
        validation_data=(x_val, y_val),
        callbacks=[EpochLog(folder), TuneReportCheckpointCallback(checkpoint_on=[])],
        verbose=0,
    )


def main(folder: str, seed: int) -> None:
    """Search until this process is ended."""
    # Not a cluster that another search has left.
    ray.init(address="local", num_cpus=2, include_dashboard=False)
    tune.Tuner(
        tune.with_parameters(train, images=data(), folder=folder),
        param_space=SPACE,
        tune_config=tune.TuneConfig(
            metric="val_accuracy",
            mode="max",
            scheduler=ASHAScheduler(max_t=EPOCHS, grace_period=1, reduction_factor=3),
            search_alg=BasicVariantGenerator(random_state=seed),
            num_samples=10_000,
        ),
        run_config=tune.RunConfig(
            name="search", storage_path=folder, verbose=0, callbacks=[ResultLog(folder)]
        ),
    ).fit()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
