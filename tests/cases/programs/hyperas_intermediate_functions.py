import numpy
import random
from keras.models import Sequential
from keras.layers import Dense
from hyperas import optim
from hyperas.distributions import choice
from hyperopt import Trials, STATUS_OK, tpe

THRESHOLD = 0.5


def visualization_mnist(x_data, n=10):
    for i in range(n):
        print(x_data[i])


def sort_by(rows, key=lambda row: row[0]):
    return sorted(rows, key=key)


def data():
    rows = sort_by(numpy.ones((20, 3)).tolist())
    random.shuffle(rows)
    x = numpy.array(rows)
    visualization_mnist(x)
    return x, x[:, 0] > THRESHOLD


def compiled(units, activation):
    network = Sequential([Dense(units, activation=activation), Dense(1)])
    network.compile(optimizer={{choice(['adam', 'sgd'])}}, loss='mse')
    return network


def create_model(x, y):
    network = compiled({{choice([4, 8])}}, activation={{choice(['relu', 'tanh'])}})
    network.fit(x, y, epochs=1, verbose=0)
    visualization_mnist(x, 2)
    return {'loss': network.evaluate(x, y), 'status': STATUS_OK, 'model': network}


def main():
    best_run, best_model = optim.minimize(model=create_model, data=data,
                                          functions=[visualization_mnist, sort_by, compiled],
                                          algo=tpe.suggest, max_evals=5, trials=Trials())
    print(best_run)


if __name__ == '__main__':
    main()

# output
create_model, data in setup, joined: position 2
optimizer: choice() ['adam', 'sgd']
units: choice() [4, 8]
activation: choice() ['relu', 'tanh']
line 1, setup: no marker affects it
    import numpy
line 2, setup: no marker affects it
    import random
line 3, setup: no marker affects it
    from keras.models import Sequential
line 4, setup: no marker affects it
    from keras.layers import Dense
line 5, left out: it imports what drives a search
line 6, setup: no marker affects it
    from hypertemplate.distributions import choice
line 7, setup: no marker affects it
    from hyperopt import Trials, STATUS_OK, tpe
line 9, setup: no marker affects it
    THRESHOLD = 0.5
line 12, setup: no marker affects it
    def visualization_mnist(x_data, n=10):
        for i in range(n):
            print(x_data[i])
line 17, setup: no marker affects it
    def sort_by(rows, key=lambda row: row[0]):
        return sorted(rows, key=key)
line 21, setup: no marker affects it
    def data():
        rows = sort_by(numpy.ones((20, 3)).tolist())
        random.shuffle(rows)
        x = numpy.array(rows)
        visualization_mnist(x)
        return x, x[:, 0] > THRESHOLD
line 29, trial: contains a marker
    def compiled(units, activation):
        network = Sequential([Dense(units, activation=activation), Dense(1)])
        network.compile(optimizer=(('adam', 'sgd')[_ht_['optimizer']]), loss='mse')
        return network
line 35, trial: it uses 'compiled', which is made for each trial (line 29)
    def create_model(x, y):
        network = compiled(((4, 8)[_ht_['units']]), activation=(('relu', 'tanh')[_ht_['activation']]))
        network.fit(x, y, epochs=1, verbose=0)
        visualization_mnist(x, 2)
        return {'loss': network.evaluate(x, y), 'status': STATUS_OK, 'model': network}
line 42, left out: nothing needs it
line 49, left out: it is the __main__ part
