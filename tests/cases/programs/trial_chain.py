import functools
import math

BASE = 10
RATE = BASE ** {{uniform(-4, -1)}}
HALF = RATE / 2
LAYERS = 3


def schedule(epoch):
    return HALF * math.exp(-epoch)


def shape():
    return [LAYERS] * LAYERS


@functools.lru_cache(maxsize=None)
def width():
    return {{choice([64, 128])}}


class Config:
    rate = RATE

    def widths(self):
        return [width() for _ in shape()]


names = [RATE for RATE in 'abc']
LAYERS = width()


def data():
    return shape()


def model(x):
    return Config().widths(), schedule(0), names, x

# output
model, data in each trial, joined: object
RATE: uniform(low=-4, high=-1)
choice: choice() [64, 128]
line 1, setup: no marker affects it
    import functools
line 2, setup: no marker affects it
    import math
line 4, setup: no marker affects it
    BASE = 10
line 5, trial: contains a marker
    RATE = BASE ** (_ht_['RATE'])
line 6, trial: it uses 'RATE', which is made for each trial (line 5)
    HALF = RATE / 2
line 7, setup: no marker affects it
    LAYERS = 3
line 10, trial: it uses 'HALF', which is made for each trial (line 6)
    def schedule(epoch):
        return HALF * math.exp(-epoch)
line 14, trial: it uses 'LAYERS', which is made for each trial (line 31)
    def shape():
        return [LAYERS] * LAYERS
line 18, trial: contains a marker
    @functools.lru_cache(maxsize=None)
    def width():
        return ((64, 128)[_ht_['choice']])
line 23, trial: it uses 'RATE', which is made for each trial (line 5)
    class Config:
        rate = RATE

        def widths(self):
            return [width() for _ in shape()]
line 30, setup: no marker affects it
    names = [RATE for RATE in 'abc']
line 31, trial: it uses 'width', which is made for each trial (line 19)
    LAYERS = width()
line 34, trial: it uses 'shape', which is made for each trial (line 14); data() runs in every trial: it needs line 19, which runs in each trial
    def data():
        return shape()
line 38, trial: it uses 'Config', which is made for each trial (line 23)
    def model(x):
        return Config().widths(), schedule(0), names, x
