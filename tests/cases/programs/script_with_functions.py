import functools
import random

rng = random.Random(1)
seen = []


@functools.lru_cache
def settings():
    return {'rate': {{uniform(0, 1)}}, 'units': {{choice([8, 16])}}}


def data():
    return [rng.random() for _ in range(3)]


class Recorder:
    limit = 3

    def record(self, value):
        seen.append(value)


x = data()
recorder = Recorder()
for value in x:
    recorder.record(value * settings()['rate'])
loss = sum(seen) / settings()['units']

# output
a script, joined: none
rate: uniform(low=0, high=1)
units: choice() [8, 16]
line 1, setup: no marker affects it
    import functools
line 2, setup: no marker affects it
    import random
line 4, setup: no marker affects it
    rng = random.Random(1)
line 5, trial: 'seen', which line 26 changes in each trial, is built from it
    seen = []
line 8, trial: contains a marker
    @functools.lru_cache
    def settings():
        return {'rate': (_ht_['rate']), 'units': ((8, 16)[_ht_['units']])}
line 13, setup: no marker affects it
    def data():
        return [rng.random() for _ in range(3)]
line 17, trial: it uses 'seen', which is made for each trial (line 5)
    class Recorder:
        limit = 3

        def record(self, value):
            seen.append(value)
line 24, setup: no marker affects it
    x = data()
line 25, trial: it uses 'Recorder', which is made for each trial (line 17)
    recorder = Recorder()
line 26, trial: it uses 'settings', which is made for each trial (line 9)
    for value in x:
        recorder.record(value * settings()['rate'])
line 28, trial: it uses 'settings', which is made for each trial (line 9)
    loss = sum(seen) / settings()['units']
