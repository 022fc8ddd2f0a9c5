"""In the manner of Hyperas's example of intermediate functions: functions= names what the model calls."""
import numpy
from hyperopt import Trials, tpe
from keras.layers import Dense, Dropout
from keras.models import Sequential
from hyperas import optim
from hyperas.distributions import choice, uniform


def visualization_mnist(x_data, n=10):
    print(x_data[:n].shape)


def data():
    x = numpy.random.rand(100, 6)
    y = x @ numpy.arange(6)
    visualization_mnist(x)
    return x[:80], y[:80], x[80:], y[80:]


def dense_block(network, units, rate={{uniform(0, 0.4)}}):
    network.add(Dense(units, activation='relu'))
    network.add(Dropout(rate))


def create_model(x_train, y_train, x_test, y_test):
    network = Sequential()
    dense_block(network, {{choice([8, 16])}})
    dense_block(network, {{choice([8, 16])}})
    network.add(Dense(1))
    network.compile(loss='mse', optimizer={{choice(['adam', 'sgd'])}})
    return network.fit(x_train, y_train, epochs=2, verbose=0, validation_data=(x_test, y_test))


if __name__ == '__main__':
    X_train, Y_train, X_test, Y_test = data()
    functions = [visualization_mnist, dense_block]
    best_run, best_model = optim.minimize(model=create_model, data=data, functions=functions,
                                          algo=tpe.suggest, max_evals=2, trials=Trials())
