def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0)}}, {{qlognormal(q=1)}}, {{choice()}}

# output
model.py:7:14: error HT103: uniform() misses high
    7 |     return {{uniform(0)}}, {{qlognormal(q=1)}}, {{choice()}}
      |              ^~~~~~~~~~
      = help: write uniform(low, high)
model.py:7:30: error HT103: qlognormal() misses mu and sigma
    7 |     return {{uniform(0)}}, {{qlognormal(q=1)}}, {{choice()}}
      |                              ^~~~~~~~~~~~~~~
      = help: write qlognormal(mu, sigma, q)
model.py:7:51: error HT103: choice() misses options
    7 |     return {{uniform(0)}}, {{qlognormal(q=1)}}, {{choice()}}
      |                                                   ^~~~~~~~
      = help: write choice(options)
