"""A template whose model returns, for each place of a marker, the value that the running code saw there."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from keras.optimizers import Adam

SCALE = {{uniform(1, 2, name="constant")}}
shared = layers.Dense(2)
optimizer = Adam(1e-2)
calls = []


class Settings:
    width = {{uniform(0, 1, name="class_body")}}

    def half(self):
        return self.width / 2


@tf.function
def traced(x):
    return x * {{uniform(5, 6, name="tf_function")}}


def constant_of_the_module():
    return SCALE


def with_default(units={{choice([2, 16], name="default")}}):
    return units


def data():
    calls.append("data")
    x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
    return x, x.sum(axis=1, keepdims=True)


def model(x, y):
    before = {"data_calls": len(calls), "built": int(shared.built), "steps": int(optimizer.iterations)}
    ones = tf.data.Dataset.from_tensors(1.0).map(lambda one: one * {{uniform(8, 9, name="dataset_map")}})
    inputs = keras.Input((4,))
    outputs = shared(inputs)
    made = 0
    for _ in range({{choice([1, 2, 3], name="depth")}}):
        outputs = layers.Dense({{choice([3, 4], name="loop")}})(outputs)
        made += 1
    network = keras.Model(inputs, layers.Dense(1)(outputs))
    network.compile(optimizer=optimizer, loss="mse")
    history = network.fit(x, y, epochs=2, batch_size=16, verbose=0, validation_split=0.25)
    return {
        "loss": history.history["val_loss"][-1],
        **before,
        "constant": constant_of_the_module(),
        "class_body": 2 * Settings().half(),
        "tf_function": float(traced(tf.constant(1.0))),
        "default": with_default(),
        "dataset_map": float(next(iter(ones))),
        "depth": made,
        "loop": network.layers[2].units,
        "named": network.layers[1].name == "dense",
    }
