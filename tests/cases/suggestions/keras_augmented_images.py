"""Augmented images and a regularized network under a classic `model` function that returns a score."""

import keras
from keras import layers, regularizers
from keras.layers import Conv2D, Dense, Dropout, GlobalAveragePooling2D, MaxPooling2D
from sklearn.datasets import load_digits


def data():
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8, 1) / 16
    return images[:1400], labels[:1400], images[1400:], labels[1400:]


def model(x_train, y_train, x_test, y_test):
    augmentation = keras.Sequential([layers.RandomRotation(0.1), layers.RandomZoom(0.2)])
    net = keras.Sequential()
    net.add(keras.Input(shape=(8, 8, 1)))
    net.add(augmentation)
    net.add(Conv2D(48, (3, 3), padding="same", activation="elu", kernel_initializer="he_normal"))
    net.add(MaxPooling2D((2, 2)))
    net.add(Conv2D(96, (3, 3), padding="same", activation="elu", kernel_initializer="he_normal"))
    net.add(GlobalAveragePooling2D())
    net.add(Dense(100, activation="elu", kernel_regularizer=regularizers.l2(0.001)))
    net.add(Dropout(0.6))
    net.add(Dense(10, activation="softmax"))

    net.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    net.fit(x_train, y_train, epochs=1, batch_size=100, verbose=0)
    _, accuracy = net.evaluate(x_test, y_test, verbose=0)
    return {"loss": -accuracy, "status": "ok"}

# output
# no.  where        today                search
#   1  model.py:16  RandomRotation(0.1)  uniform(0, 0.2)
#   2  model.py:16  RandomZoom(0.2)      uniform(0, 0.3)
#   3  model.py:20  Conv2D(48)           quniform(24, 96, 8, log=True)
#   4  model.py:20  Conv2D((3, 3))       choice([(3, 3), (5, 5)])
#   5  model.py:22  Conv2D(96)           quniform(48, 192, 16, log=True)
#   6  model.py:22  Conv2D((3, 3))       choice([(3, 3), (5, 5)])
#   7  model.py:24  Dense(100)           quniform(25, 400, 25, log=True)
#   8  model.py:24  l2(0.001)            uniform(1e-5, 0.01, log=True)
#   9  model.py:25  Dropout(0.6)         uniform(0, 0.8)
#  10  model.py:28  optimizer="sgd"      choice(["sgd", "adam", "rmsprop", "nadam"])
#  11  model.py:29  batch_size=100       choice([25, 50, 100, 200])
