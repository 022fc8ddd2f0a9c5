"""The accuracy on the test images of a network of given values, trained again, for each seed; as JSON.

    python trained_again.py VALUES SEED...

It is trained as in a search, with the same images for as many epochs. The weights are those of the epoch
that validated best.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import keras
from images import EPOCHS, data, network, test_data


def accuracy(values: dict[str, Any], seed: int) -> float:
    """Train once."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    others = {name: value for name, value in values.items() if name != "batch_size"}
    trained = network(**others)
    x_train, y_train, x_val, y_val = data()
    # Patience for all epochs: no fit ends early, and Keras then puts the best weights back.
    best = keras.callbacks.EarlyStopping(
        "val_accuracy", patience=EPOCHS, mode="max", restore_best_weights=True
    )
    trained.fit(
        x_train,
        y_train,
        batch_size=values["batch_size"],
        epochs=EPOCHS,
        validation_data=(x_val, y_val),
        callbacks=[best],
        verbose=0,
    )
    return float(trained.evaluate(*test_data(), verbose=0)[1])


if __name__ == "__main__":
    found, *seeds = sys.argv[1:]
    print(json.dumps([accuracy(json.loads(found), int(seed)) for seed in seeds]))
