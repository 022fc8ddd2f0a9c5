"""A pipeline as data, a depth and the size of each layer, and a History that is returned."""

import keras
import tensorflow as tf
from keras import layers


def data():
    x = tf.random.stateless_normal((64, 4), seed=(1, 2))
    y = tf.reduce_sum(x, axis=1, keepdims=True)
    train = tf.data.Dataset.from_tensor_slices((x, y)).batch(16).prefetch(1)
    return train, train.take(1)


def model(train, test):
    network = keras.Sequential()
    for i in range({{choice([1, 2], name='depth')}}):
        network.add(layers.Dense({{choice([4, 8])[i]}}, activation='relu'))
    network.add(layers.Dense(1))
    network.compile(loss='mse', metrics=['mae'])
    return network.fit(train, validation_data=test, epochs=2, verbose=0)
