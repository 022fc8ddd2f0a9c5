"""What every search for the digits has in common: the images row by row, and the LSTM of given values."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

EPOCHS = 15

OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}


def digits() -> tuple[Any, Any]:
    """scikit-learn's 1,797 digits in a fixed order: eight rows of eight numbers each, and their kinds."""
    images, kinds = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(images))
    return (images[order] / 16).reshape(-1, 8, 8).astype("float32"), kinds[order]


def data() -> tuple[Any, Any, Any, Any]:
    """The first 900 to learn from, and the next 300 to validate."""
    images, kinds = digits()
    return images[:900], kinds[:900], images[900:1200], kinds[900:1200]


def test_data() -> tuple[Any, Any]:
    """The last 597, which no search has seen."""
    images, kinds = digits()
    return images[1200:], kinds[1200:]


def network(units: list[int], dropout: float, optimizer: str, learning_rate: float) -> Any:
    """A compiled network with an LSTM for each number of units, each with dropout."""
    stack = keras.Sequential([keras.Input((8, 8))])
    for number, width in enumerate(units, 1):
        stack.add(layers.LSTM(width, return_sequences=number < len(units)))
        stack.add(layers.Dropout(dropout))
    stack.add(layers.Dense(10, activation="softmax"))
    stack.compile(
        OPTIMIZERS[optimizer](learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return stack


def test_accuracy(values: dict[str, Any], seed: int) -> float:
    """The accuracy on the test digits of a network of these values, trained again."""
    import best_epoch

    return best_epoch.test_accuracy(network, values, seed, epochs=EPOCHS, data=data(), test_data=test_data())
