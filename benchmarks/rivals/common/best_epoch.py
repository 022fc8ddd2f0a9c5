"""What a network of given values comes to on test data with the weights of the epoch that validated best."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras


def test_accuracy(
    network: Callable[..., Any],
    values: dict[str, Any],
    seed: int,
    *,
    epochs: int,
    data: tuple[Any, Any, Any, Any],
    test_data: tuple[Any, Any],
) -> float:
    """Train as in a search, with the same data for as many epochs."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    trained = network(**{name: value for name, value in values.items() if name != "batch_size"})
    x_train, y_train, x_val, y_val = data
    # Patience for all epochs: no fit ends early, and Keras then puts the best weights back.
    best = keras.callbacks.EarlyStopping(
        "val_accuracy", patience=epochs, mode="max", restore_best_weights=True
    )
    trained.fit(
        x_train,
        y_train,
        batch_size=values["batch_size"],
        epochs=epochs,
        validation_data=(x_val, y_val),
        callbacks=[best],
        verbose=0,
    )
    return float(trained.evaluate(*test_data, verbose=0)[1])
