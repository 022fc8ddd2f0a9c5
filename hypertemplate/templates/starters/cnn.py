"""Convolutions for images: classification.

Replace what data() returns with images and classes of your own, then:

    python cnn.py                              train once, with the values that stand here
    hypertemplate run cnn.py --max-evals 50    search for better values
    hypertemplate apply cnn.study --write      write the best ones into this file

A comment "tune:" marks the value before it, and says what to try in its place. The blocks are those of VGG
(Simonyan and Zisserman 2014, arxiv.org/abs/1409.1556), where filters double from block to block; the ranges
of the augmentation are those of Keras's image classification guide
(keras.io/examples/vision/image_classification_from_scratch).
"""

import keras
import numpy as np
from keras import layers


def data():
    """Return images (pixels from 0 to 1) and classes to train with, and the same to validate with."""
    generator = np.random.default_rng(0)
    y = generator.integers(0, 2, size=400)
    x = generator.uniform(0, 0.5, size=(400, 28, 28, 1)).astype("float32")
    for image, is_column in zip(x, y, strict=True):  # a bright row or a bright column, somewhere
        at = generator.integers(4, 24)
        if is_column:
            image[4:24, at] += 0.4
        else:
            image[at, 4:24] += 0.4
    return x[:300], y[:300], x[300:], y[300:]


def model(x_train, y_train, x_val, y_val):
    """Build, train and score one network."""
    x = inputs = keras.Input(x_train.shape[1:])
    x = layers.RandomTranslation(0.05, 0.05)(x)
    x = layers.RandomRotation(factor=0.02)(x)  # tune: uniform(0, 0.1)

    filters = 16  # tune: choice([16, 32, 64])
    kernel_size = 3  # tune: choice([3, 5])
    for block in range(2):  # tune: choice([1, 2, 3], name='blocks')
        for _ in range(1):  # tune: choice([1, 2], name='convolutions')
            x = layers.Conv2D(filters * 2**block, kernel_size, padding="same", use_bias=False)(x)
            x = layers.BatchNormalization()(x)
            x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.25)(x)  # tune: uniform(0, 0.6)
    outputs = layers.Dense(int(y_train.max()) + 1, activation="softmax")(x)

    network = keras.Model(inputs, outputs)
    learning_rate = 3e-3  # tune: uniform(1e-4, 1e-1, log=True)
    optimizer = keras.optimizers.Adam(learning_rate)
    network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    batch_size = 32  # tune: choice([16, 32, 64, 128])
    history = network.fit(
        x_train, y_train, batch_size=batch_size, epochs=8, validation_data=(x_val, y_val), verbose=0
    )

    accuracy = max(history.history["val_accuracy"])
    return {"loss": -accuracy, "accuracy": accuracy}


if __name__ == "__main__":
    print(model(*data()))
