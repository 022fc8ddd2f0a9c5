from hyperopt import Trials, STATUS_OK, tpe
from hyperas import optim
from hyperas.distributions import choice, uniform
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, Dropout


def batches(x, y, size):
    while True:
        rows = np.random.randint(0, len(x), size)
        yield x[rows], y[rows]


def data():
    x, y = np.ones((100, 8)), np.ones(100)
    train_generator = batches(x, y, 32)
    validation_generator = batches(x, y, 32)
    return train_generator, validation_generator


def create_model(train_generator, validation_generator):
    model = Sequential()
    model.add(Dense({{choice([8, 16])}}, activation='relu'))
    model.add(Dropout({{uniform(0, 1)}}))
    model.add(Dense(1))
    model.compile('adam', loss='mse')
    model.fit(train_generator, steps_per_epoch=3, validation_data=validation_generator,
              validation_steps=1)
    return {'loss': model.evaluate(validation_generator, steps=1), 'status': STATUS_OK}


if __name__ == '__main__':
    optim.minimize(model=create_model, data=data, algo=tpe.suggest, max_evals=2, trials=Trials())

# output
create_model, data in setup, joined: name ('train_generator', 0) ('validation_generator', 1)
Dense: choice() [8, 16]
Dropout: uniform(low=0, high=1)
line 1, setup: no marker affects it
    from hyperopt import Trials, STATUS_OK, tpe
line 2, left out: it imports what drives a search
line 3, setup: no marker affects it
    from hypertemplate.distributions import choice, uniform
line 4, setup: no marker affects it
    import numpy as np
line 5, setup: no marker affects it
    from keras.models import Sequential
line 6, setup: no marker affects it
    from keras.layers import Dense, Dropout
line 9, setup: no marker affects it
    def batches(x, y, size):
        while True:
            rows = np.random.randint(0, len(x), size)
            yield x[rows], y[rows]
line 15, setup: no marker affects it
    def data():
        x, y = np.ones((100, 8)), np.ones(100)
        train_generator = batches(x, y, 32)
        validation_generator = batches(x, y, 32)
        return train_generator, validation_generator
line 22, trial: contains a marker
    def create_model(train_generator, validation_generator):
        model = Sequential()
        model.add(Dense(((8, 16)[_ht_['Dense']]), activation='relu'))
        model.add(Dropout((_ht_['Dropout'])))
        model.add(Dense(1))
        model.compile('adam', loss='mse')
        model.fit(train_generator, steps_per_epoch=3, validation_data=validation_generator,
                  validation_steps=1)
        return {'loss': model.evaluate(validation_generator, steps=1), 'status': STATUS_OK}
line 33, left out: it is the __main__ part
