def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0)}}, {{qlognormal(q=1)}}, {{choice()}}

# output
model.py:7:14: error HT103: uniform() needs high
    7 |     return {{uniform(0)}}, {{qlognormal(q=1)}}, {{choice()}}
      |              ^~~~~~~~~~
      = help: write uniform(0, high=HIGH), with a number in place of HIGH
model.py:7:30: error HT103: qlognormal() needs mu and sigma
    7 |     return {{uniform(0)}}, {{qlognormal(q=1)}}, {{choice()}}
      |                              ^~~~~~~~~~~~~~~
      = help: write qlognormal(mu=MU, sigma=SIGMA, q=1), with numbers in place of MU and SIGMA
model.py:7:51: error HT103: choice() needs options
    7 |     return {{uniform(0)}}, {{qlognormal(q=1)}}, {{choice()}}
      |                                                   ^~~~~~~~
      = help: write, for example, choice([64, 128])
