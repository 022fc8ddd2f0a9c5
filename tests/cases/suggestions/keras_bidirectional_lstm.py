"""Recurrent layers over sequences of words, built with the functional API of Keras."""

import keras
import numpy as np
from keras import layers

max_features = 200  # Only consider the first words
maxlen = 20  # of each review

rng = np.random.default_rng(7)
x_train = rng.integers(1, max_features, size=(256, maxlen))
y_train = (x_train.mean(axis=1) > max_features / 2).astype("int32")
x_val, y_val = x_train[:64], y_train[:64]

inputs = keras.Input(shape=(None,), dtype="int32")
x = layers.Embedding(max_features, 128)(inputs)
x = layers.Bidirectional(layers.LSTM(64, return_sequences=True, dropout=0.2))(x)
x = layers.Bidirectional(layers.LSTM(64))(x)
outputs = layers.Dense(1, activation="sigmoid")(x)
model = keras.Model(inputs, outputs)

model.compile(optimizer=keras.optimizers.RMSprop(learning_rate=1e-3), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, batch_size=32, epochs=2, validation_data=(x_val, y_val), verbose=0)
val_accuracy = history.history["val_accuracy"][-1]
print(val_accuracy)

# output
# no.  where        today                     search
#   1  model.py:16  Embedding(128)            quniform(32, 256, 32, log=True)
#   2  model.py:17  LSTM(64)                  quniform(16, 128, 16, log=True)
#   3  model.py:17  dropout=0.2               uniform(0, 0.5)
#   4  model.py:18  LSTM(64)                  quniform(16, 128, 16, log=True)
#   5  model.py:22  keras.optimizers.RMSprop  choice([keras.optimizers.Adam, keras.optimizers.RMSprop, keras.optimizers.Nadam])
#   6  model.py:22  learning_rate=1e-3        uniform(1e-4, 0.02, log=True)
#   7  model.py:23  batch_size=32             choice([16, 32, 64, 128])
