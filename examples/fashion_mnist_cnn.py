"""A small convolutional network for the 60,000 images of Fashion-MNIST.

    make datasets
    hypertemplate run examples/fashion_mnist_cnn.py --max-evals 8

`make datasets` is for Debian and Ubuntu; without it, Keras downloads the images (30 MB) in the first run.
"""

import keras
from keras import layers

from hypertemplate.distributions import choice, uniform


def data():
    """60,000 images of 28 x 28 pixels from 0 to 1 to learn from, 10,000 to test on; ten kinds of clothing."""
    (x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    x_train = x_train[..., None].astype('float32') / 255
    x_test = x_test[..., None].astype('float32') / 255
    return x_train, y_train, x_test, y_test


def model(x_train, y_train, x_test, y_test):
    """Train one network for two passes over the images, and score it."""
    filters = {{choice([16, 32])}}
    network = keras.Sequential([
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(filters, {{choice([3, 5], name='kernel_size')}}, strides=2, activation='relu'),
        layers.Conv2D(2 * filters, 3, activation={{choice(['relu', 'elu'])}}),
        {{choice([layers.MaxPooling2D(2), layers.AveragePooling2D(2)], name='pooling')}},
        layers.Flatten(),
        layers.Dropout({{uniform(0, 0.5)}}),
        layers.Dense({{choice([32, 64, 128])}}, activation='relu'),
        layers.Dense(10, activation='softmax'),
    ])
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate={{uniform(3e-4, 2e-2, log=True, default=1e-3)}}),
        loss='sparse_categorical_crossentropy',
        metrics=['accuracy'],
    )
    network.fit(x_train, y_train, batch_size={{choice([64, 128, 256])}}, epochs=2, verbose=2)

    _, accuracy = network.evaluate(x_test, y_test, verbose=0)
    return {'loss': -accuracy, 'accuracy': accuracy}
