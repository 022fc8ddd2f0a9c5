"""Which small network reads handwritten digits best?

    hypertemplate run examples/digits_mlp.py --max-evals 30

This is ordinary Keras code, except for the markers in double braces: each of them lists the values to try,
and the search finds out which is best. The images come with scikit-learn, so nothing is downloaded.
"""

import keras
from keras import layers
from keras.optimizers import SGD, Adam, RMSprop
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from hypertemplate.distributions import choice, quniform, uniform


def data():
    """1,797 images of 8 x 8 pixels from 0 to 1, and the digit in each; a quarter of them is the test set."""
    images, digits = load_digits(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(
        images / 16, digits, test_size=0.25, stratify=digits, random_state=0
    )
    return x_train, y_train, x_test, y_test


def model(x_train, y_train, x_test, y_test):
    """Build, train and score one network; the search calls this once for each trial."""
    network = keras.Sequential([keras.Input(shape=(64,))])

    # A marker draws once for each trial: all layers of a network have the same units and the same dropout.
    for _ in range({{choice([1, 2, 3], name='layers')}}):
        network.add(layers.Dense(units={{quniform(32, 256, 32)}}, activation={{choice(['relu', 'elu', 'tanh'])}}))
        network.add(layers.Dropout(rate={{uniform(0, 0.5)}}))
    network.add(layers.Dense(10, activation='softmax'))

    # Drawn by magnitude, with log=True. The default is Keras's own: the first trial has the defaults.
    learning_rate = {{uniform(3e-4, 3e-2, log=True, default=1e-3)}}

    # A choice between objects: only the chosen one is created, anew in each trial.
    optimizer = {{choice([Adam(learning_rate), RMSprop(learning_rate), SGD(learning_rate, momentum=0.9)])}}
    network.compile(optimizer, loss='sparse_categorical_crossentropy', metrics=['accuracy'])
    network.fit(x_train, y_train, batch_size={{choice([32, 64, 128])}}, epochs=20, verbose=0)

    _, accuracy = network.evaluate(x_test, y_test, verbose=0)
    return {'loss': -accuracy, 'accuracy': accuracy}
