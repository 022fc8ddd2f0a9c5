"""A forecast of a time series, with its settings in a data class."""

from dataclasses import dataclass, field

import keras
import numpy as np


@dataclass
class Config:
    window: int = 24
    horizon: int = 1
    units: int = 48
    dropout: float = 0.1
    learning_rate: float = 3e-4
    decay_rate: float = field(default=0.96)
    batch_size: int = 64
    epochs: int = 2
    seed: int = 13


def windows(series, config):
    starts = range(len(series) - config.window - config.horizon)
    x = np.stack([series[i : i + config.window] for i in starts])[..., None]
    y = np.stack([series[i + config.window : i + config.window + config.horizon] for i in starts])
    return x, y


def train(config: Config) -> float:
    keras.utils.set_random_seed(config.seed)
    x, y = windows(np.sin(np.arange(600) / 9), config)
    split = int(0.8 * len(x))

    inputs = keras.layers.Input(shape=(config.window, 1))
    lstm_out = keras.layers.LSTM(config.units)(inputs)
    dropped = keras.layers.Dropout(config.dropout)(lstm_out)
    outputs = keras.layers.Dense(config.horizon)(dropped)
    model = keras.Model(inputs=inputs, outputs=outputs)

    schedule = keras.optimizers.schedules.ExponentialDecay(
        config.learning_rate, decay_steps=100, decay_rate=config.decay_rate
    )
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=schedule), loss="mse", metrics=["mae"])
    history = model.fit(
        x[:split],
        y[:split],
        validation_data=(x[split:], y[split:]),
        epochs=config.epochs,
        batch_size=config.batch_size,
        callbacks=[keras.callbacks.EarlyStopping(monitor="val_loss", patience=5)],
        verbose=0,
    )
    return min(history.history["val_mae"])


cfg = Config()
val_mae = train(cfg)
print(val_mae)

# output
# no.  where        today                  search
#   1  model.py:13  units = 48             quniform(8, 96, 8, log=True)
#   2  model.py:14  dropout = 0.1          uniform(0, 0.5)
#   3  model.py:15  learning_rate = 3e-4   uniform(3e-5, 0.005, log=True)
#   4  model.py:16  decay_rate = 0.96      uniform(0.8, 0.99)
#   5  model.py:17  batch_size = 64        choice([16, 32, 64, 128])
#   6  model.py:43  keras.optimizers.Adam  choice([keras.optimizers.Adam, keras.optimizers.RMSprop, keras.optimizers.Nadam])
