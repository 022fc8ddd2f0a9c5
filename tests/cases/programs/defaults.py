from hyperopt import hp
from keras.layers import Dense, Dropout
from keras.optimizers import SGD, Adam

SIZES = [16, 32]
MAX = 9


def model():
    rate = {{uniform(1e-5, 1e-1, log=True, default=0.01)}}
    optimizer = {{choice([Adam(rate), SGD(rate)], default=SGD( rate ))}}
    for i in range(2):
        width = {{choice([64, 128], default=128)[i]}}
    return [
        {{hp.uniform(0, 0.5, default=0.2, name='share')}},
        {{choice(['relu', "tanh"], default='tanh')}},
        {{choice([0, uniform(0.1, 0.5, default=0.3)], default=uniform(0.1, 0.5))}},
        {{choice([Dropout(uniform(0, 1)), Dense(quniform(8, 64, 8, default=16))],
                 default=Dense(quniform(8, 64, 8)))}},
        {{pchoice([(0.5, 1), (0.5, 2)], default=2)}},
        {{choice(SIZES, default=32)}},
        {{uniform(0, MAX, default=MAX / 3)}},
        {{randint(10, default=7)}},
        {{choice([None, 1], default=None)}},
        <<normal(0, 1, default=0.5)>>,
    ]

# output
model, joined: none
rate: loguniform(low=1e-5, high=1e-1), default 0.01
optimizer: choice() [Adam(rate), SGD(rate)], default SGD(rate)
width[0]: choice() [64, 128], default 128
width[1]: choice() [64, 128], default 128
share: uniform(low=0, high=0.5), default 0.2
choice: choice() ['relu', "tanh"], default "tanh"
choice_1: choice() [0, uniform(0.1, 0.5)], default uniform(0.1, 0.5)
choice_1.1: uniform(low=0.1, high=0.5), default 0.3 in option 1 of choice_1
choice_2: choice() [Dropout(uniform(0, 1)), Dense(quniform(8, 64, 8))], default Dense(quniform(8, 64, 8))
choice_2.Dropout: uniform(low=0, high=1) in option 0 of choice_2
choice_2.Dense: quniform(low=8, high=64, q=8), default 16 in option 1 of choice_2
pchoice: pchoice(p=0.5, p=0.5) [1, 2], default 2
choice_3: choice(options=SIZES), default 32
uniform: uniform(low=0, high=MAX), default MAX / 3
randint: randint(low=10), default 7
choice_4: choice() [None, 1], default None
normal: normal(mu=0, sigma=1), default 0.5
line 1, setup: no marker affects it
    from hyperopt import hp
line 2, setup: no marker affects it
    from keras.layers import Dense, Dropout
line 3, setup: no marker affects it
    from keras.optimizers import SGD, Adam
line 5, setup: no marker affects it
    SIZES = [16, 32]
line 6, setup: no marker affects it
    MAX = 9
line 9, trial: contains a marker
    def model():
        rate = (_ht_['rate'])
        optimizer = (Adam(rate) if _ht_['optimizer'] == 0 else SGD(rate))
        for i in range(2):
            width = ((64, 128)[_ht_[_ht_.at('width', i)]])
        return [
            (_ht_['share']),
            (('relu', "tanh")[_ht_['choice']]),
            (0 if _ht_['choice_1'] == 0 else (_ht_['choice_1.1'])),
            (Dropout((_ht_['choice_2.Dropout'])) if _ht_['choice_2'] == 0 else Dense((_ht_['choice_2.Dense']))
    ),
            ((1, 2)[_ht_['pchoice']]),
            (_ht_.option('choice_3', SIZES)),
            (_ht_['uniform']),
            (_ht_['randint']),
            ((None, 1)[_ht_['choice_4']]),
            (_ht_['normal']),
        ]
