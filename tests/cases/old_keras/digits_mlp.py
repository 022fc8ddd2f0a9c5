from __future__ import print_function
from hyperopt import Trials, STATUS_OK, tpe
from hyperas import optim
from hyperas.distributions import choice, uniform
from keras.layers.core import Dense, Dropout, Activation
from keras.models import Sequential
from keras.utils import np_utils
from sklearn.datasets import load_digits


def data():
    digits = load_digits()
    x = digits.data[:400].astype('float32') / 16
    y = np_utils.to_categorical(digits.target[:400], 10)
    return x[:300], y[:300], x[300:], y[300:]


def model(x_train, y_train, x_test, y_test):
    net = Sequential()
    net.add(Dense(output_dim={{choice([16, 32])}}, input_dim=64, init='he_normal', W_regularizer='l2'))
    net.add(Activation('relu'))
    net.add(Dropout(p={{uniform(0, 0.5)}}))
    net.add(Dense(output_dim=10))
    net.add(Activation('softmax'))
    net.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
    net.fit(x_train, y_train, nb_epoch=2, batch_size=64, verbose=0, validation_data=(x_test, y_test))
    score, acc = net.evaluate(x_test, y_test, verbose=0)
    print('Test accuracy:', acc)
    return {'loss': -acc, 'status': STATUS_OK, 'model': net}


if __name__ == '__main__':
    best_run, best_model = optim.minimize(model=model, data=data, algo=tpe.suggest, max_evals=2, trials=Trials())
    print(best_run)
