"""What every search for Fashion-MNIST has in common: the images, and the network of given values."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

EPOCHS = 20

OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}


def data() -> tuple[Any, Any, Any, Any]:
    """The first 12,000 images of Fashion-MNIST to learn from, the next 3,000 to validate, and their kinds."""
    (images, kinds), _ = keras.datasets.fashion_mnist.load_data()
    images = images[:15000].astype("float32") / 255
    return images[:12000], kinds[:12000], images[12000:], kinds[12000:15000]


def test_data() -> tuple[Any, Any]:
    """The 10,000 test images, which no search has seen."""
    _, (images, kinds) = keras.datasets.fashion_mnist.load_data()
    return images.astype("float32") / 255, kinds


def network(units: list[int], dropout: float, activation: str, optimizer: str, learning_rate: float) -> Any:
    """A compiled network with a hidden layer for each number of units, each with dropout."""
    stack = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
    for width in units:
        stack.add(layers.Dense(width, activation=activation))
        stack.add(layers.Dropout(dropout))
    stack.add(layers.Dense(10, activation="softmax"))
    stack.compile(
        OPTIMIZERS[optimizer](learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return stack


def test_accuracy(values: dict[str, Any], seed: int) -> float:
    """The accuracy on the test images of a network of these values, trained again."""
    import best_epoch

    return best_epoch.test_accuracy(network, values, seed, epochs=EPOCHS, data=data(), test_data=test_data())
