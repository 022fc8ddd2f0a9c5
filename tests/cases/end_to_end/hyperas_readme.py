"""In the manner of the example in Hyperas's README: a script that calls minimize and uses what comes back."""

from __future__ import print_function

from hyperopt import Trials, STATUS_OK, tpe
from keras.layers import Activation, Dense, Dropout
from keras.models import Sequential
from keras.utils import to_categorical
from sklearn.datasets import load_digits

from hypertemplate import optim
from hypertemplate.distributions import choice, uniform


def data():
    """What the model learns from and is tested on; apart, so that it is not loaded for each trial."""
    images, digits = load_digits(return_X_y=True)
    images = images.astype('float32') / 16
    nb_classes = 10
    x_train, x_test = images[:1400], images[1400:]
    y_train = to_categorical(digits[:1400], nb_classes)
    y_test = to_categorical(digits[1400:], nb_classes)
    return x_train, y_train, x_test, y_test


def create_model(x_train, y_train, x_test, y_test):
    """A network with choices: numbers, kinds of layers, and whether a layer is there."""
    model = Sequential()
    model.add(Dense(64, input_shape=(64,)))
    model.add(Activation('relu'))
    model.add(Dropout({{uniform(0, 1)}}))
    model.add(Dense({{choice([32, 64, 128])}}))
    model.add(Activation({{choice(['relu', 'sigmoid'])}}))
    model.add(Dropout({{uniform(0, 1)}}))

    # With three, there is one more layer.
    if {{choice(['two', 'three'])}} == 'three':
        model.add(Dense(32))
        # Whole layers can be chosen, too.
        model.add({{choice([Dropout(0.5), Activation('linear')])}})
        model.add(Activation('relu'))

    model.add(Dense(10))
    model.add(Activation('softmax'))

    model.compile(loss='categorical_crossentropy', metrics=['accuracy'],
                  optimizer={{choice(['rmsprop', 'adam', 'sgd'])}})

    result = model.fit(x_train, y_train,
                       batch_size={{choice([64, 128])}},
                       epochs=2,
                       verbose=2,
                       validation_split=0.1)
    # The best of the epochs counts.
    validation_acc = max(result.history['val_accuracy'])
    print('Best validation acc of epoch:', validation_acc)
    return {'loss': -validation_acc, 'status': STATUS_OK, 'model': model}


if __name__ == '__main__':
    best_run, best_model = optim.minimize(model=create_model,
                                          data=data,
                                          algo=tpe.suggest,
                                          max_evals=5,
                                          trials=Trials())
    X_train, Y_train, X_test, Y_test = data()
    print("Evaluation of best performing model:")
    print(best_model.evaluate(X_test, Y_test, verbose=0))
    print("Best performing model chosen hyper-parameters:")
    print(best_run)
