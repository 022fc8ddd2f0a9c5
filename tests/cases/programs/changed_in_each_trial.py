import os

from keras.optimizers import SGD, Adam

BASE = 8
sizes = [BASE]
for _ in range(2):
    sizes.append({{choice([16, 32])}})
config = {'sizes': sizes}
config['rate'] = {{uniform(0, 1)}}
os.environ['RATE'] = str(config['rate'])
OPTIMIZERS = [Adam()]
OPTIMIZERS.append(SGD())
width = BASE
height = width * {{choice([1, 2])}}
width = 3


class Defaults:
    layers = []


Defaults.layers.append({{choice([1, 2])}})


def note(value):
    Defaults.note = value


def model():
    return config, width, height, Defaults, {{choice(OPTIMIZERS)}}

# output
model, joined: none
sizes: choice() [16, 32]
rate: uniform(low=0, high=1)
height: choice() [1, 2]
layers: choice() [1, 2]
choice: choice(options=OPTIMIZERS)
line 1, setup: no marker affects it
    import os
line 3, setup: no marker affects it
    from keras.optimizers import SGD, Adam
line 5, setup: no marker affects it
    BASE = 8
line 6, trial: 'sizes', which line 7 changes in each trial, is built from it
    sizes = [BASE]
line 7, trial: contains a marker
    for _ in range(2):
        sizes.append(((16, 32)[_ht_['sizes']]))
line 9, trial: it uses 'sizes', which is made for each trial (line 6)
    config = {'sizes': sizes}
line 10, trial: line 7, which runs in each trial, uses 'sizes' in between
    config['rate'] = (_ht_['rate'])
line 11, trial: it uses 'config', which is made for each trial (line 9)
    os.environ['RATE'] = str(config['rate'])
line 12, setup and trial: Adam() in 'OPTIMIZERS' would carry one trial into the next; and a bound needs it after load
    OPTIMIZERS = [Adam()]
line 13, setup and trial: it uses 'OPTIMIZERS', which is made for each trial (line 12); and a bound needs it after load
    OPTIMIZERS.append(SGD())
line 14, trial: line 15, which runs in each trial, uses 'width' in between
    width = BASE
line 15, trial: contains a marker
    height = width * ((1, 2)[_ht_['height']])
line 16, trial: line 15, which runs in each trial, uses 'width' in between
    width = 3
line 19, trial: 'Defaults', which line 23 changes in each trial, is built from it
    class Defaults:
        layers = []
line 23, trial: contains a marker
    Defaults.layers.append(((1, 2)[_ht_['layers']]))
line 26, left out: nothing needs it
line 30, trial: it uses 'config', which is made for each trial (line 9)
    def model():
        return config, width, height, Defaults, (_ht_.option('choice', OPTIMIZERS))
