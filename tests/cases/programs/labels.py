from keras import layers
from keras.layers import LSTM, Dense, Dropout


def model(depth={{choice([1, 2])}}, *, width={{choice([8, 16])}}):
    x = Dropout({{uniform(0, 1)}})(1)
    x = LSTM(8, recurrent_dropout={{uniform(0, 1)}})(x)
    x = layers.Dropout({{uniform(0, 1)}})(x)
    lr = 10 ** {{uniform(-4, -1)}}
    sizes = [{{choice([8, 16])}}, 32]
    cfg = {'units': {{choice([8, 16])}}, 'rate': 0.5 * {{uniform(0, 1)}}}
    cfg['momentum'] = {{uniform(0, 1)}}
    cfg['nested'] = {'momentum': {{uniform(0, 1)}}}
    x.rate = {{uniform(0, 1)}}
    first, second = {{choice([(1, 2), (3, 4)])}}
    units = int({{quniform(8, 64, 8)}})
    Dense(int(round({{quniform(8, 64, 8)}})))(x)
    if {{choice(['two', 'three'])}} == 'three':
        pass
    for layer in range({{choice([1, 2, 3])}}):
        pass
    for _ in range({{choice([1, 2, 3])}}):
        pass
    total = sum(n * {{choice([1, 2])}} for n in sizes)
    while (decay := {{uniform(0, 1)}}) > 1:
        pass
    x += {{uniform(0, 1)}}
    named = {{uniform(0, 1, name='lr_1')}}
    lr = {{uniform(0, 1)}}
    lr = {{uniform(0, 1)}}
    return {{uniform(0, 1)}}

# output
model, joined: none
depth: choice() [1, 2]
width: choice() [8, 16]
Dropout: uniform(low=0, high=1)
recurrent_dropout: uniform(low=0, high=1)
Dropout_1: uniform(low=0, high=1)
lr: uniform(low=-4, high=-1)
sizes: choice() [8, 16]
units: choice() [8, 16]
rate: uniform(low=0, high=1)
momentum: uniform(low=0, high=1)
momentum_1: uniform(low=0, high=1)
rate_1: uniform(low=0, high=1)
first: choice() [(1, 2), (3, 4)]
units_1: quniform(low=8, high=64, q=8)
Dense: quniform(low=8, high=64, q=8)
choice: choice() ['two', 'three']
layers: choice() [1, 2, 3]
repeats: choice() [1, 2, 3]
total: choice() [1, 2]
decay: uniform(low=0, high=1)
x: uniform(low=0, high=1)
lr_1: uniform(low=0, high=1)
lr_2: uniform(low=0, high=1)
lr_3: uniform(low=0, high=1)
uniform: uniform(low=0, high=1)
line 1, setup: no marker affects it
    from keras import layers
line 2, setup: no marker affects it
    from keras.layers import LSTM, Dense, Dropout
line 5, trial: contains a marker
    def model(depth=((1, 2)[_ht_['depth']]), *, width=((8, 16)[_ht_['width']])):
        x = Dropout((_ht_['Dropout']))(1)
        x = LSTM(8, recurrent_dropout=(_ht_['recurrent_dropout']))(x)
        x = layers.Dropout((_ht_['Dropout_1']))(x)
        lr = 10 ** (_ht_['lr'])
        sizes = [((8, 16)[_ht_['sizes']]), 32]
        cfg = {'units': ((8, 16)[_ht_['units']]), 'rate': 0.5 * (_ht_['rate'])}
        cfg['momentum'] = (_ht_['momentum'])
        cfg['nested'] = {'momentum': (_ht_['momentum_1'])}
        x.rate = (_ht_['rate_1'])
        first, second = (((1, 2), (3, 4))[_ht_['first']])
        units = int((_ht_['units_1']))
        Dense(int(round((_ht_['Dense']))))(x)
        if (('two', 'three')[_ht_['choice']]) == 'three':
            pass
        for layer in range(((1, 2, 3)[_ht_['layers']])):
            pass
        for _ in range(((1, 2, 3)[_ht_['repeats']])):
            pass
        total = sum(n * ((1, 2)[_ht_['total']]) for n in sizes)
        while (decay := (_ht_['decay'])) > 1:
            pass
        x += (_ht_['x'])
        named = (_ht_['lr_1'])
        lr = (_ht_['lr_2'])
        lr = (_ht_['lr_3'])
        return (_ht_['uniform'])
