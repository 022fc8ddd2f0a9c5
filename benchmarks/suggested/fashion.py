"""A part of Fashion-MNIST as plain code, after examples/fashion_mnist_cnn.py; a trial takes seconds."""

import keras
from keras import layers

BATCH_SIZE = 128
EPOCHS = 3
TRAINED, VALIDATED = 9000, 3000


def parts():
    """Images and labels to learn from, to search by, and to test on."""
    (x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    x, x_test = x[..., None].astype("float32") / 255, x_test[..., None].astype("float32") / 255
    end = TRAINED + VALIDATED
    return x[:TRAINED], y[:TRAINED], x[TRAINED:end], y[TRAINED:end], x_test, y_test


def train(x, y):
    network = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(16, kernel_size=3, strides=2, activation="relu"),
            layers.Conv2D(32, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.25),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.001),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
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
