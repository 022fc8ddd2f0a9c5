import random

import keras
import numpy as np
from keras import layers
from keras.optimizers import Adam
from sklearn.linear_model import LogisticRegression

EPOCHS = 3
ONE_HOT = keras.utils.to_categorical([0, 1])
rng = np.random.default_rng(0)
data_rng = random.Random(0)
opt = Adam(1e-3)
callbacks = [keras.callbacks.EarlyStopping(patience=3)]
shared = {'head': layers.Dense(1), 'name': 'net'}
names = ['a', 'b']
baseline = LogisticRegression().fit([[0], [1]], [0, 1])
score = baseline.score([[0], [1]], [0, 1])
unused = layers.Dense(2)


def make_head():
    layer = layers.Dense(3)
    return layer


head = make_head()


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = shared['head']


net = Net()


def data():
    return [data_rng.random() for _ in range(3)]


def noise(n):
    return rng.normal(size=n)


def model(x):
    net.compile(optimizer=opt, loss='mse')
    net.fit(x, noise(len(x)), epochs=EPOCHS, callbacks=callbacks)
    return head, score, names, {{uniform(0, 1)}}

# output
model, data in setup, joined: object
uniform: uniform(low=0, high=1)
line 1, setup: no marker affects it
    import random
line 3, setup: no marker affects it
    import keras
line 4, setup: no marker affects it
    import numpy as np
line 5, setup: no marker affects it
    from keras import layers
line 6, setup: no marker affects it
    from keras.optimizers import Adam
line 7, setup: no marker affects it
    from sklearn.linear_model import LogisticRegression
line 9, setup: no marker affects it
    EPOCHS = 3
line 10, left out: nothing needs it
line 11, trial: default_rng() in 'rng' would carry one trial into the next
    rng = np.random.default_rng(0)
line 12, setup: no marker affects it
    data_rng = random.Random(0)
line 13, trial: Adam() in 'opt' would carry one trial into the next
    opt = Adam(1e-3)
line 14, trial: EarlyStopping() in 'callbacks' would carry one trial into the next
    callbacks = [keras.callbacks.EarlyStopping(patience=3)]
line 15, trial: Dense() in 'shared' would carry one trial into the next
    shared = {'head': layers.Dense(1), 'name': 'net'}
line 16, setup: no marker affects it
    names = ['a', 'b']
line 17, setup: no marker affects it
    baseline = LogisticRegression().fit([[0], [1]], [0, 1])
line 18, setup: no marker affects it
    score = baseline.score([[0], [1]], [0, 1])
line 19, left out: nothing needs it
line 22, setup: no marker affects it
    def make_head():
        layer = layers.Dense(3)
        return layer
line 27, trial: Dense() in 'head' would carry one trial into the next
    head = make_head()
line 30, trial: it uses 'shared', which is made for each trial (line 15)
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = shared['head']
line 36, trial: Net() in 'net' would carry one trial into the next
    net = Net()
line 39, setup: no marker affects it
    def data():
        return [data_rng.random() for _ in range(3)]
line 43, trial: it uses 'rng', which is made for each trial (line 11)
    def noise(n):
        return rng.normal(size=n)
line 47, trial: contains a marker
    def model(x):
        net.compile(optimizer=opt, loss='mse')
        net.fit(x, noise(len(x)), epochs=EPOCHS, callbacks=callbacks)
        return head, score, names, (_ht_['uniform'])
