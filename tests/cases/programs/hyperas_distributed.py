from hyperas import optim
from hyperas.distributions import uniform
from hyperopt import STATUS_OK, tpe
from hyperopt.mongoexp import MongoTrials

import tempfile
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, Dropout


def data():
    x_train = x_test = np.ones((20, 4))
    y_train = y_test = np.ones(20)
    return x_train, y_train, x_test, y_test


def create_model(x_train, y_train, x_test, y_test):
    model = Sequential([Dense(8), Dropout({{uniform(0, 1)}}), Dense(1)])
    model.compile('adam', 'mse')
    model.fit(x_train, y_train)
    score = model.evaluate(x_test, y_test)
    with tempfile.NamedTemporaryFile(suffix='.keras') as file:
        model.save(file.name)
        weights = file.read()
    return {'loss': score, 'status': STATUS_OK, 'model_serial': weights}


if __name__ == '__main__':
    trials = MongoTrials('mongo://username:pass@mongodb.host:27017/jobs/jobs', exp_key='mnist_test')
    best_run, best_model = optim.minimize(model=create_model, data=data, algo=tpe.suggest,
                                          max_evals=10, trials=trials,
                                          keep_temp=True)

# output
create_model, data in setup, joined: name ('x_train', 0) ('y_train', 1) ('x_test', 2) ('y_test', 3)
Dropout: uniform(low=0, high=1)
line 1, left out: it imports what drives a search
line 2, setup: no marker affects it
    from hypertemplate.distributions import uniform
line 3, setup: no marker affects it
    from hyperopt import STATUS_OK, tpe
line 4, left out: nothing needs it
line 6, setup: no marker affects it
    import tempfile
line 7, setup: no marker affects it
    import numpy as np
line 8, setup: no marker affects it
    from keras.models import Sequential
line 9, setup: no marker affects it
    from keras.layers import Dense, Dropout
line 12, setup: no marker affects it
    def data():
        x_train = x_test = np.ones((20, 4))
        y_train = y_test = np.ones(20)
        return x_train, y_train, x_test, y_test
line 18, trial: contains a marker
    def create_model(x_train, y_train, x_test, y_test):
        model = Sequential([Dense(8), Dropout((_ht_['Dropout'])), Dense(1)])
        model.compile('adam', 'mse')
        model.fit(x_train, y_train)
        score = model.evaluate(x_test, y_test)
        with tempfile.NamedTemporaryFile(suffix='.keras') as file:
            model.save(file.name)
            weights = file.read()
        return {'loss': score, 'status': STATUS_OK, 'model_serial': weights}
line 29, left out: it is the __main__ part
