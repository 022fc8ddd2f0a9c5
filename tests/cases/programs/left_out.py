import sys

import hyperas
import hypertemplate.distributions
import numpy as np, hyperas.optim
from hyperas import optim, distributions as hd
from hyperas.distributions import (
    choice,
    conditional as when,
    hp,
    uniform)
from hypertemplate import minimize, uniform as u

SETTINGS = {'epochs': 3}


def data():
    return np.zeros(3)


def report(best):
    print(best)


def search(evals):
    best, _ = minimize(model, data, max_evals=evals)
    report(best)


def main():
    search(SETTINGS['epochs'])


def model(x):
    return when({{hd.uniform(0, 1)}}) * SETTINGS['epochs']


x = data()
print(x.shape)
score = model(x)
if score:
    print(score)
SETTINGS['epochs'] += 1
best_run = optim.minimize(model=model, data=data, max_evals=3)
report(best_run)
again = best_run
again.update(SETTINGS)


def show():
    print(again)


if __name__ == '__main__':
    sys.exit(main())
else:
    main()
print('done')
main()

# output
model, data in setup, joined: object
when: uniform(low=0, high=1)
line 1, left out: nothing needs it
line 3, left out: it imports what drives a search
line 4, left out: it imports what drives a search
line 5, setup: no marker affects it
    import numpy as np
line 6, setup: no marker affects it
    from hypertemplate import distributions as hd
line 7, setup: no marker affects it
    from hypertemplate.distributions import choice, conditional as when, uniform
line 12, left out: nothing needs it
line 14, setup: no marker affects it
    SETTINGS = {'epochs': 3}
line 17, setup: no marker affects it
    def data():
        return np.zeros(3)
line 21, left out: nothing needs it
line 25, left out: nothing needs it
line 30, left out: nothing needs it
line 34, trial: contains a marker
    def model(x):
        return when((_ht_['when'])) * SETTINGS['epochs']
line 38, left out: it calls data(), whose result the model gets anyway
line 39, left out: it uses 'x' of line 38, which is left out
line 40, left out: it calls model()
line 41, left out: it uses 'score' of line 40, which is left out
line 43, setup: no marker affects it
    SETTINGS['epochs'] += 1
line 44, left out: it calls minimize
line 45, left out: it comes after the search on line 44
line 46, left out: it comes after the search on line 44
line 47, left out: it comes after the search on line 44
line 50, left out: it comes after the search on line 44
line 54, left out: it comes after the search on line 44
line 58, left out: it comes after the search on line 44
line 59, left out: it comes after the search on line 44
