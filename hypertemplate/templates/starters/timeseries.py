"""Dense, convolutional or recurrent layers for a series: its next value.

Replace what data() returns with a series of your own, then:

    python timeseries.py                              train once, with the values that stand here
    hypertemplate run timeseries.py --max-evals 40    search for better values
    hypertemplate apply timeseries.study --write      write the best ones into this file

A comment "tune:" marks the value before it, and says what to try in its place. The kinds of network are
those of TensorFlow's guide to forecasting (tensorflow.org/tutorials/structured_data/time_series): dense,
convolutional and recurrent; window, units, dropout and learning rate are searched around the values of that
guide.
"""

import keras
import numpy as np
from keras import layers


def data():
    """Return the series in the order of time: its beginning is trained on, its last quarter validates."""
    generator = np.random.default_rng(0)
    time = np.arange(1500)
    series = np.sin(time / 8) + 0.5 * np.sin(time / 29) + 0.1 * generator.normal(size=time.size)
    return series.astype("float32")


def windows(series, width):
    """Return all windows of a series, of shape (number, width, 1), and the value after each."""
    x = np.lib.stride_tricks.sliding_window_view(series, width)[:-1]
    return x[..., None], series[width:]


def dense(x):
    """Read the window as one row of numbers."""
    return layers.Dense(64, activation="relu")(layers.Flatten()(x))  # tune: uniformint(16, 256, log=True)


def convolutional(x):
    """Look for patterns of a few steps."""
    filters = 32  # tune: choice([16, 32, 64, 128])
    kernel_size = 3  # tune: choice([2, 3, 5])
    x = layers.Conv1D(filters, kernel_size, padding="causal", activation="relu")(x)
    return layers.Flatten()(x)


def recurrent(x):
    """Read the window step by step."""
    return layers.LSTM(32)(x)  # tune: uniformint(8, 128, log=True)


def model(series):
    """Build, train and score one network; the number is the mean absolute error, in standard deviations."""
    split = len(series) * 3 // 4
    mean, deviation = series[:split].mean(), series[:split].std()
    scaled = (series - mean) / deviation
    width = 24  # tune: uniformint(8, 96)
    x_train, y_train = windows(scaled[:split], width)
    x_val, y_val = windows(scaled[split - width :], width)

    inputs = keras.Input((width, 1))
    reader = dense  # tune: choice([dense, convolutional, recurrent])
    x = layers.Dropout(0.1)(reader(inputs))  # tune: uniform(0, 0.5)
    network = keras.Model(inputs, layers.Dense(1)(x))
    learning_rate = 1e-3  # tune: uniform(1e-4, 1e-2, log=True)
    network.compile(keras.optimizers.Adam(learning_rate), "mse", metrics=["mae"])
    batch_size = 32  # tune: choice([16, 32, 64])
    history = network.fit(
        x_train, y_train, batch_size=batch_size, epochs=6, validation_data=(x_val, y_val), verbose=0
    )
    return min(history.history["val_mae"])


if __name__ == "__main__":
    print(model(data()))
