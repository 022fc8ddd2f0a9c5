import os

from keras.layers import Dense, Dropout, Layer

WIDTH = 64
RATES = {'low': 0.1,
         'high': 0.5}


class Scale(Layer):
    def __init__(self, by={{choice([1, 2])}}):
        super().__init__()
        self.by = by

    def call(self, x):
        return x * self.by


def block(m, units=WIDTH):
    m.append(Dense(units))
    m.append(Dropout({{uniform(0, 0.5)}}))
    return m


@staticmethod
def unrelated():
    return os.getcwd()


def two_blocks(m):
    return block(block(m))


def model():
    m = two_blocks([])
    m.append(Scale())
    return len(m) * RATES['low']

# output
model, joined: none
by: choice() [1, 2]
Dropout: uniform(low=0, high=0.5)
line 1, left out: nothing needs it
line 3, setup: no marker affects it
    from keras.layers import Dense, Dropout, Layer
line 5, setup: no marker affects it
    WIDTH = 64
line 6, setup: no marker affects it
    RATES = {'low': 0.1,
             'high': 0.5}
line 10, trial: contains a marker
    class Scale(Layer):
        def __init__(self, by=((1, 2)[_ht_['by']])):
            super().__init__()
            self.by = by

        def call(self, x):
            return x * self.by
line 19, trial: contains a marker
    def block(m, units=WIDTH):
        m.append(Dense(units))
        m.append(Dropout((_ht_['Dropout'])))
        return m
line 25, left out: nothing needs it
line 30, trial: it uses 'block', which is made for each trial (line 19)
    def two_blocks(m):
        return block(block(m))
line 34, trial: it uses 'Scale', which is made for each trial (line 10)
    def model():
        m = two_blocks([])
        m.append(Scale())
        return len(m) * RATES['low']
