from keras.layers import LSTM, Dense, Dropout
from keras.optimizers import SGD, Adam

SIZES = [16, 32]
BATCH = 64  # tune: choice([32, 64, 128])


def block(units=32, rate=-0.5):  # tune rate: uniform(-1, 0.5); units: uniformint(16, 256, log=True)
    return [Dense(units), Dropout(rate)]


def model():
    rate = 1e-3  # tune: uniform(1e-5, 1e-1, log=True, name="learning rate")
    optimizer = Adam(
        rate,
        beta_1=0.9,  # noqa  # tune: uniform(0.5, 0.99)  # was 0.8
    )
    other = SGD(
        rate, momentum=0.9
    )  # tune: choice([Adam(rate), SGD(rate, momentum=uniform(0, 1))])
    for i in range(2):
        layer = LSTM(64, dropout=0.2)  # tune LSTM: choice([32, 64])[i]; tune dropout: choice([0, 0.2])
    size = 16  # tune: choice(SIZES)
    a, b, c = 1, 3, "a" "b"  # tune c: pchoice([(0.25, 'ab'), (0.75, "c")]); b: randint(1, 4);
    # Disabled: Dropout(0.2)  # tune: uniform(0, 0.5)
    text = f"{BATCH:>5}"  # tune: this later
    return [
        optimizer, other, block(), layer, size, a, b, c, text,
        {"momentum": 0.5, "decay": SIZES[0]},  # tune: uniform(0, 1)
        "größe", +0.5,  # tune: normal(0, 1)
    ]

# output
model, joined: none
BATCH: choice() [32, 64, 128], default 64
units: qloguniform(low=16, high=256), default 32
rate: uniform(low=-1, high=0.5), default -0.5
learning rate: loguniform(low=1e-5, high=1e-1), default 1e-3
beta_1: uniform(low=0.5, high=0.99), default 0.9
other: choice() [Adam(rate), SGD(rate, momentum=uniform(0, 1))], default SGD(rate, momentum=uniform(0, 1))
other.momentum: uniform(low=0, high=1), default 0.9 in option 1 of other
LSTM[0]: choice() [32, 64], default 64
LSTM[1]: choice() [32, 64], default 64
dropout: choice() [0, 0.2], default 0.2
size: choice(options=SIZES), default 16
b: randint(low=1, high=4), default 3
c: pchoice(p=0.25, p=0.75) ['ab', "c"], default 'ab'
momentum: uniform(low=0, high=1), default 0.5
normal: normal(mu=0, sigma=1), default +0.5
line 1, setup: no marker affects it
    from keras.layers import LSTM, Dense, Dropout
line 2, setup: no marker affects it
    from keras.optimizers import SGD, Adam
line 4, setup: no marker affects it
    SIZES = [16, 32]
line 5, trial: contains a marker
    BATCH = ((32, 64, 128)[_ht_['BATCH']])
line 8, trial: contains a marker
    def block(units=(_ht_['units']), rate=(_ht_['rate'])):  # tune rate: uniform(-1, 0.5); units: uniformint(16, 256, log=True)
        return [Dense(units), Dropout(rate)]
line 12, trial: it uses 'BATCH', which is made for each trial (line 5)
    def model():
        rate = (_ht_['learning rate'])  # tune: uniform(1e-5, 1e-1, log=True, name="learning rate")
        optimizer = Adam(
            rate,
            beta_1=(_ht_['beta_1']),  # noqa  # tune: uniform(0.5, 0.99)  # was 0.8
        )
        other = (Adam(rate) if _ht_['other'] == 0 else SGD(rate, momentum=(_ht_['other.momentum']))

    )  # tune: choice([Adam(rate), SGD(rate, momentum=uniform(0, 1))])
        for i in range(2):
            layer = LSTM(((32, 64)[_ht_[_ht_.at('LSTM', i)]]), dropout=((0, 0.2)[_ht_['dropout']]))  # tune LSTM: choice([32, 64])[i]; tune dropout: choice([0, 0.2])
        size = (_ht_.option('size', SIZES))  # tune: choice(SIZES)
        a, b, c = 1, (_ht_['b']), (('ab', "c")[_ht_['c']])  # tune c: pchoice([(0.25, 'ab'), (0.75, "c")]); b: randint(1, 4);
        # Disabled: Dropout(0.2)  # tune: uniform(0, 0.5)
        text = f"{BATCH:>5}"  # tune: this later
        return [
            optimizer, other, block(), layer, size, a, b, c, text,
            {"momentum": (_ht_['momentum']), "decay": SIZES[0]},  # tune: uniform(0, 1)
            "größe", (_ht_['normal']),  # tune: normal(0, 1)
        ]
