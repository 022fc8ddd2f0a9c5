"""The digits of examples/digits_mlp.py, as plain code: what people write first, without any marker."""

import keras
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

LEARNING_RATE = 1e-3
BATCH_SIZE = 32
EPOCHS = 10


def parts():
    """Images and digits to learn from, to search by, and to test on: three fifths, a fifth and a fifth."""
    images, digits = load_digits(return_X_y=True)
    x, x_test, y, y_test = train_test_split(
        images / 16, digits, test_size=0.2, stratify=digits, random_state=0
    )
    x_train, x_val, y_train, y_val = train_test_split(x, y, test_size=0.25, stratify=y, random_state=0)
    return x_train, y_train, x_val, y_val, x_test, y_test


def train(x, y):
    network = keras.Sequential(
        [
            keras.Input(shape=(64,)),
            layers.Dense(64, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ]
    )
    optimizer = keras.optimizers.Adam(learning_rate=LEARNING_RATE)
    network.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(x, y, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=0)
    return network


def data():
    return parts()[:4]


def model(x_train, y_train, x_val, y_val):
    _, accuracy = train(x_train, y_train).evaluate(x_val, y_val, verbose=0)
    return {"loss": -accuracy}


def test_accuracy(seed):
    """Train with another seed, and score by images that the search has never seen."""
    x_train, y_train, _, _, x_test, y_test = parts()
    keras.utils.set_random_seed(seed)
    return train(x_train, y_train).evaluate(x_test, y_test, verbose=0)[1]
