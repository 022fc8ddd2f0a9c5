NOISE = {{uniform(0, 0.1)}}


def load():
    return [1, 2, 3]


def data():
    x = [value + NOISE for value in load()]
    return x, load()


def model(x, y):
    return sum(x) - sum(y)

# output
model, data in each trial, joined: position 2
NOISE: uniform(low=0, high=0.1)
line 1, trial: contains a marker
    NOISE = (_ht_['NOISE'])
line 4, setup: no marker affects it
    def load():
        return [1, 2, 3]
line 8, trial: it uses 'NOISE', which is made for each trial (line 1); data() runs once for each combination of the values that it reads and of NOISE
    def data():
        x = [value + NOISE for value in load()]
        return x, load()
line 13, setup: no marker affects it
    def model(x, y):
        return sum(x) - sum(y)
