"""What every search of 40 small trials has in common: 2,000 rows, and the training of one epoch."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

TRIALS = 40


def data() -> tuple[Any, Any]:
    """Rows of 20 numbers, and whether the first two have the same sign."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(2000, 20)).astype("float32")
    return x, (x[:, 0] * x[:, 1] > 0).astype("float32")


def network(units: int, activation: str, dropout: float) -> Any:
    """A compiled network with one hidden layer."""
    stack = keras.Sequential(
        [
            keras.Input((20,)),
            keras.layers.Dense(units, activation=activation),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    stack.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return stack
