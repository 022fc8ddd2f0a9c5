"""A network for 900 of scikit-learn's digits, judged by the last third of them (``validation_split``)."""

import keras
import numpy as np
from keras import layers
from keras.optimizers import SGD, Adam, RMSprop
from sklearn.datasets import load_digits

from hypertemplate.distributions import choice, quniform, uniform


def data():
    """Images from 0 to 1 in a fixed order, and the digit in each."""
    images, digits = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(images))[:900]
    return images[order] / 16, digits[order]


def model(x, y):
    """Train a network for nine epochs, and return its last validation loss."""
    network = keras.Sequential([keras.Input(shape=(64,))])
    for _ in range({{choice([1, 2, 3], name="layers")}}):
        network.add(
            layers.Dense(units={{quniform(16, 128, 16)}}, activation={{choice(["relu", "elu", "tanh"])}})
        )
        network.add(layers.Dropout(rate={{uniform(0, 0.5)}}))
    network.add(layers.Dense(10, activation="softmax"))
    learning_rate = {{uniform(1e-4, 1e-1, log=True)}}
    optimizer = {{choice([Adam(learning_rate), RMSprop(learning_rate), SGD(learning_rate, momentum=0.9)])}}
    network.compile(optimizer, loss="sparse_categorical_crossentropy")
    batch_size = {{choice([32, 64, 128])}}
    history = network.fit(x, y, batch_size=batch_size, epochs=9, validation_split=1 / 3, verbose=0)
    return {"loss": history.history["val_loss"][-1]}
