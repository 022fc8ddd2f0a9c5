from hyperas import optim


def data():
    """Not this one."""
    return None


def model():
    """Nor this one."""


def load():
    x_test, x_train = [1], [2]
    return x_train, x_test


def build(x_test, x_train, epochs=3):
    return {{uniform(0, 1)}}


def main():
    return optim.minimize(build, load, algo=None, max_evals=5)


main()

# output
build, load in setup, joined: name ('x_test', 1) ('x_train', 0)
uniform: uniform(low=0, high=1)
line 1, left out: it imports what drives a search
line 4, left out: nothing needs it
line 9, left out: nothing needs it
line 13, setup: no marker affects it
    def load():
        x_test, x_train = [1], [2]
        return x_train, x_test
line 18, trial: contains a marker
    def build(x_test, x_train, epochs=3):
        return (_ht_['uniform'])
line 22, left out: nothing needs it
line 26, left out: it calls main()
