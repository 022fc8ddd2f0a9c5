from __future__ import print_function

from hyperopt import Trials, STATUS_OK, tpe
from keras.datasets import mnist
from keras.layers import Dense, Dropout, Activation
from keras.models import Sequential
from keras.utils import to_categorical

from hyperas import optim
from hyperas.distributions import choice, uniform, conditional


def data():
    """Data providing function."""
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    x_train = x_train.reshape(60000, 784) / 255
    x_test = x_test.reshape(10000, 784) / 255
    return x_train, to_categorical(y_train, 10), x_test, to_categorical(y_test, 10)


def create_model(x_train, y_train, x_test, y_test):
    """Model providing function."""
    model = Sequential()
    model.add(Dense(512, input_shape=(784,)))
    model.add(Activation('relu'))
    model.add(Dropout({{uniform(0, 1)}}))
    model.add(Dense({{choice([256, 512, 1024])}}))
    model.add(Activation({{choice(['relu', 'sigmoid'])}}))
    model.add(Dropout({{uniform(0, 1)}}))

    # If we choose 'four', add an additional fourth layer
    if conditional({{choice(['three', 'four'])}}) == 'four':
        model.add(Dense(100))
        # We can also choose between complete sets of layers
        model.add({{choice([Dropout(0.5), Activation('linear')])}})
        model.add(Activation('relu'))

    model.add(Dense(10))
    model.compile(loss='categorical_crossentropy', metrics=['accuracy'],
                  optimizer={{choice(['rmsprop', 'adam', 'sgd'])}})
    model.fit(x_train, y_train, batch_size={{choice([64, 128])}}, epochs=1, verbose=2,
              validation_data=(x_test, y_test))
    score, acc = model.evaluate(x_test, y_test, verbose=0)
    return {'loss': -acc, 'status': STATUS_OK, 'model': model}


if __name__ == '__main__':
    best_run, best_model = optim.minimize(model=create_model,
                                          data=data,
                                          algo=tpe.suggest,
                                          max_evals=5,
                                          trials=Trials())
    print(best_run)

# output
create_model, data in setup, joined: position 4
Dropout: uniform(low=0, high=1)
Dense: choice() [256, 512, 1024]
Activation: choice() ['relu', 'sigmoid']
Dropout_1: uniform(low=0, high=1)
choice: choice() ['three', 'four']
add: choice() [Dropout(0.5), Activation('linear')]
optimizer: choice() ['rmsprop', 'adam', 'sgd']
batch_size: choice() [64, 128]
line 1, flags: no marker affects it
line 3, setup: no marker affects it
    from hyperopt import Trials, STATUS_OK, tpe
line 4, setup: no marker affects it
    from keras.datasets import mnist
line 5, setup: no marker affects it
    from keras.layers import Dense, Dropout, Activation
line 6, setup: no marker affects it
    from keras.models import Sequential
line 7, setup: no marker affects it
    from keras.utils import to_categorical
line 9, left out: it imports what drives a search
line 10, setup: no marker affects it
    from hypertemplate.distributions import choice, uniform, conditional
line 13, setup: no marker affects it
    def data():
        """Data providing function."""
        (x_train, y_train), (x_test, y_test) = mnist.load_data()
        x_train = x_train.reshape(60000, 784) / 255
        x_test = x_test.reshape(10000, 784) / 255
        return x_train, to_categorical(y_train, 10), x_test, to_categorical(y_test, 10)
line 21, trial: contains a marker
    def create_model(x_train, y_train, x_test, y_test):
        """Model providing function."""
        model = Sequential()
        model.add(Dense(512, input_shape=(784,)))
        model.add(Activation('relu'))
        model.add(Dropout((_ht_['Dropout'])))
        model.add(Dense(((256, 512, 1024)[_ht_['Dense']])))
        model.add(Activation((('relu', 'sigmoid')[_ht_['Activation']])))
        model.add(Dropout((_ht_['Dropout_1'])))

        # If we choose 'four', add an additional fourth layer
        if conditional((('three', 'four')[_ht_['choice']])) == 'four':
            model.add(Dense(100))
            # We can also choose between complete sets of layers
            model.add((Dropout(0.5) if _ht_['add'] == 0 else Activation('linear')))
            model.add(Activation('relu'))

        model.add(Dense(10))
        model.compile(loss='categorical_crossentropy', metrics=['accuracy'],
                      optimizer=(('rmsprop', 'adam', 'sgd')[_ht_['optimizer']]))
        model.fit(x_train, y_train, batch_size=((64, 128)[_ht_['batch_size']]), epochs=1, verbose=2,
                  validation_data=(x_test, y_test))
        score, acc = model.evaluate(x_test, y_test, verbose=0)
        return {'loss': -acc, 'status': STATUS_OK, 'model': model}
line 47, left out: it is the __main__ part
