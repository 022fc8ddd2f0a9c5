try:
    from hyperas.distributions import choice
except ImportError:
    choice = None


def data():
    from hypertemplate import distributions, uniform
    return distributions, uniform


def main():
    from hyperas import (
        optim)

    def search():
        return optim.minimize(model, data)

    return search()


def model(first, second):
    if first: import hyperas; from hyperas.distributions import (conditional,
        uniform as u)
    return conditional({{uniform(0, 1)}}), choice, main, PACKAGE


if __name__ == '__main__':
    pass
else:
    PACKAGE = True
main()

# output
model, data in setup, joined: position 2
uniform: uniform(low=0, high=1)
line 1, setup: no marker affects it
    try:
        from hypertemplate.distributions import choice
    except ImportError:
        choice = None
line 7, setup: no marker affects it
    def data():
        from hypertemplate import distributions, uniform
        return distributions, uniform
line 12, trial: it uses 'model', which is made for each trial (line 22)
    def main():
        pass; (
    )

        def search():
            return optim.minimize(model, data)

        return search()
line 22, trial: contains a marker
    def model(first, second):
        if first: pass; from hypertemplate.distributions import conditional, uniform as u; (
    )
        return conditional((_ht_['uniform'])), choice, main, PACKAGE
line 28, setup: no marker affects it
    if (False):
        pass
    else:
        PACKAGE = True
line 32, left out: it calls main()
