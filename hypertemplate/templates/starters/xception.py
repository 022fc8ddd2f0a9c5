"""Separable convolutions for images: the space of KerasTuner's HyperXception.

Replace what data() returns with images and classes of your own, then:

    python xception.py                              train once, with the values that stand here
    hypertemplate run xception.py --max-evals 30    search for better values
    hypertemplate apply xception.study --write      write the best ones into this file

A comment "tune:" marks the value before it, and says what to try in its place. The space is that of
KerasTuner's HyperXception (github.com/keras-team/keras-tuner, applications/xception.py): activation,
filters, kernel, number of residual blocks, pooling, dense layers with their dropout and normalization,
learning rate. The blocks are those of Xception (Chollet 2016, arxiv.org/abs/1610.02357), with scaled
exponential units those of Klambauer et al. 2017 (arxiv.org/abs/1706.02515), which need no normalization.
"""

import keras
import numpy as np
from keras import layers


def data():
    """Return images (pixels from 0 to 1) and classes to train with, and the same to validate with."""
    generator = np.random.default_rng(0)
    y = generator.integers(0, 2, size=96)
    x = generator.uniform(0, 0.5, size=(96, 32, 32, 3)).astype("float32")
    x[y == 1, :16] += 0.4  # class 1 is brighter in its upper half
    return x[:64], y[:64], x[64:], y[64:]


def activated(x, layer, activation):
    """Apply a layer that is made for an activation, and the activation."""
    if activation == "selu":
        return layer(activation="selu", kernel_initializer="lecun_normal")(x)
    return layers.Activation(activation)(layers.BatchNormalization()(layer(use_bias=False)(x)))


def residual(x, filters, activation, shrinks=False):
    """Return a residual block of two separable convolutions; one that shrinks halves height and width."""

    def separable(**options):
        return layers.SeparableConv2D(filters, 3, padding="same", **options)

    shortcut = x
    if shrinks or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=2 if shrinks else 1, padding="same")(x)
    x = activated(activated(x, separable, activation), separable, activation)
    if shrinks:
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    return layers.Add()([x, shortcut])


def model(x_train, y_train, x_val, y_val):
    """Build, train and score one network."""
    activation = "relu"  # tune: choice(['relu', 'selu'])
    first_filters = 64  # tune: choice([32, 64, 128])
    kernel_size = 3  # tune: choice([3, 5])
    filters = 256  # tune: quniform(128, 768, step=128)
    pooling = "avg"  # tune: choice(['avg', 'flatten', 'max'])

    def first(**options):
        return layers.Conv2D(first_filters, kernel_size, strides=2, padding="same", **options)

    inputs = keras.Input(x_train.shape[1:])
    x = activated(inputs, first, activation)
    for _ in range(4):  # tune: uniformint(2, 8, name='residual_blocks')
        x = residual(x, filters, activation)
    x = residual(x, 2 * filters, activation, shrinks=True)
    if pooling == "flatten":
        x = layers.Flatten()(x)
    else:
        x = layers.GlobalAveragePooling2D()(x) if pooling == "avg" else layers.GlobalMaxPooling2D()(x)

    classes = int(y_train.max()) + 1
    for _ in range(1):  # tune: uniformint(1, 3, name='dense_layers')
        if activation == "selu":
            x = layers.Dense(classes, activation="selu", kernel_initializer="lecun_normal")(x)
        else:
            x = layers.Dense(classes, activation="relu")(x)
            if True:  # tune: choice([True, False], name='dense_normalization')
                x = layers.BatchNormalization()(x)
        dropout = 0.5  # tune: quniform(0, 0.6, step=0.1)
        x = layers.AlphaDropout(dropout)(x) if activation == "selu" else layers.Dropout(dropout)(x)
    outputs = layers.Dense(classes, activation="softmax")(x)

    network = keras.Model(inputs, outputs)
    optimizer = keras.optimizers.Adam(1e-3)  # tune: choice([1e-3, 1e-4, 1e-5])
    network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    validation = (x_val, y_val)
    history = network.fit(x_train, y_train, 32, epochs=2, validation_data=validation, verbose=0)

    accuracy = max(history.history["val_accuracy"])
    return {"loss": -accuracy, "accuracy": accuracy}


if __name__ == "__main__":
    print(model(*data()))
