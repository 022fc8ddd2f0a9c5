"""A residual network for images: the space of KerasTuner's HyperResNet.

Replace what data() returns with images and classes of your own, then:

    python resnet.py                              train once, with the values that stand here
    hypertemplate run resnet.py --max-evals 30    search for better values
    hypertemplate apply resnet.study --write      write the best ones into this file

A comment "tune:" marks the value before it, and says what to try in its place. The space is that of
KerasTuner's HyperResNet (github.com/keras-team/keras-tuner, applications/resnet.py): the version of the
block, the depths of two stages, pooling, optimizer and learning rate. The blocks are those of He et al.
2015 (v1, arxiv.org/abs/1512.03385), He et al. 2016 (v2, arxiv.org/abs/1603.05027) and Xie et al. 2016
(next, arxiv.org/abs/1611.05431).
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


def convolution(x, filters, size, **options):
    """Return a convolution without a bias, which the normalization after it has."""
    return layers.Conv2D(filters, size, padding="same", use_bias=False, **options)(x)


def activated(x):
    """Normalize, then activate."""
    return layers.Activation("relu")(layers.BatchNormalization()(x))


def block(x, version, filters, stride):
    """Return a residual block: what comes in, plus three convolutions of it."""
    width, groups = (2 * filters, 32) if version == "next" else (filters, 1)
    before = activated(x) if version == "v2" else x
    shortcut = x
    if stride > 1 or x.shape[-1] != 4 * filters:
        shortcut = convolution(before, 4 * filters, 1, strides=stride)
        shortcut = shortcut if version == "v2" else layers.BatchNormalization()(shortcut)
    x = activated(convolution(before, width, 1))
    x = activated(convolution(x, width, 3, strides=stride, groups=groups))
    x = convolution(x, 4 * filters, 1)
    if version == "v2":
        return layers.Add()([shortcut, x])
    return layers.Activation("relu")(layers.Add()([shortcut, layers.BatchNormalization()(x)]))


def model(x_train, y_train, x_val, y_val):
    """Build, train and score one network."""
    version = "v2"  # tune: choice(['v1', 'v2', 'next'])
    conv3_depth = 4  # tune: choice([4, 8])
    conv4_depth = 6  # tune: choice([6, 23, 36])
    pooling = "avg"  # tune: choice(['avg', 'max'])

    inputs = keras.Input(x_train.shape[1:])
    x = convolution(inputs, 64, 7, strides=2)
    x = x if version == "v2" else activated(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (filters, depth) in enumerate([(64, 3), (128, conv3_depth), (256, conv4_depth), (512, 3)]):
        for number in range(depth):
            x = block(x, version, filters, stride=2 if stage and not number else 1)
    x = activated(x) if version == "v2" else x
    x = layers.GlobalAveragePooling2D()(x) if pooling == "avg" else layers.GlobalMaxPooling2D()(x)
    outputs = layers.Dense(int(y_train.max()) + 1, activation="softmax")(x)

    network = keras.Model(inputs, outputs)
    optimizer = keras.optimizers.get("adam")  # tune: choice(['adam', 'rmsprop', 'sgd'], name='optimizer')
    optimizer.learning_rate = 0.01  # tune: choice([0.1, 0.01, 0.001])
    network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    validation = (x_val, y_val)
    history = network.fit(x_train, y_train, 32, epochs=2, validation_data=validation, verbose=0)

    accuracy = max(history.history["val_accuracy"])
    return {"loss": -accuracy, "accuracy": accuracy}


if __name__ == "__main__":
    print(model(*data()))
