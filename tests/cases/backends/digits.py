"""One template for every backend of Keras: it imports Keras, and no backend."""

import keras
from keras import layers
from keras.callbacks import ModelCheckpoint
from sklearn.datasets import load_digits


def data():
    images, digits = load_digits(return_X_y=True)
    images = (images / 16).astype('float32')
    return images[:400], digits[:400], images[400:600], digits[400:600]


def model(x_train, y_train, x_test, y_test):
    network = keras.Sequential([
        keras.Input((64,)),
        layers.Dense(units={{choice([16, 32, 64])}}, activation='relu'),
        layers.Dropout(rate={{uniform(0, 0.5)}}),
        layers.Dense(10, activation='softmax'),
    ])
    network.compile(
        optimizer={{choice(['adam', 'rmsprop', keras.optimizers.SGD(0.1, momentum=0.9)])}},
        loss='sparse_categorical_crossentropy',
    )
    network.fit(
        x_train, y_train, epochs=3, batch_size={{choice([16, 32, 64])}}, verbose=0,
        validation_data=(x_test, y_test),
        callbacks=[ModelCheckpoint('best.keras', save_best_only=True)],
    )
    best = keras.saving.load_model('best.keras')
    return {'loss': best.evaluate(x_test, y_test, verbose=0), 'model': best}
