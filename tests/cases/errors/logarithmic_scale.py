LOW = 1e-5


def model():
    return [
        {{uniform(0, 0.1, log=True)}},
        {{uniform(-11.5, -2.3, log=True)}},
        {{uniformint(0, 512, log=True)}},
        {{quniform(8, -1, 8, log=True)}},
        {{uniform(LOW, 0, log=True)}},
        {{uniform(0.1, 0.001, log=True)}},
        {{uniform(1e-5, 1e-1, log=1)}},
        {{choice([1, 2], log=True)}},
        {{randint(1, 9, log=True)}},
        {{normal(0, 1, log=True)}},
        {{lognormal(0, 1, log=True)}},
        {{loguniform(-11.5, -2.3, log=True)}},
        {{loguniform(1e-5, 1e-1, log=True)}},
    ]

# output
model.py:6:19: error HT104: uniform(log=True) needs bounds above 0, got low=0
    6 |         {{uniform(0, 0.1, log=True)}},
      |                   ^
      = help: write the smallest value of interest, such as low=0.0001
model.py:7:19: error HT104: uniform(log=True) needs bounds above 0, got low=-11.5
    7 |         {{uniform(-11.5, -2.3, log=True)}},
      |                   ^~~~~
      = help: for the values with these logarithms write uniform(1e-05, 0.1, log=True)
model.py:8:22: error HT104: uniformint(log=True) needs bounds above 0, got low=0
    8 |         {{uniformint(0, 512, log=True)}},
      |                      ^
      = help: write the smallest value of interest, such as low=1
model.py:9:23: error HT104: quniform(log=True) needs bounds above 0, got high=-1
    9 |         {{quniform(8, -1, 8, log=True)}},
      |                       ^~
      = help: write, for example, quniform(8, 400, 8, log=True)
model.py:10:24: error HT104: uniform(log=True) needs bounds above 0, got high=0
   10 |         {{uniform(LOW, 0, log=True)}},
      |                        ^
      = help: write, for example, uniform(1e-05, 0.1, log=True)
model.py:11:11: error HT104: uniform() needs low < high, got low=0.1, high=0.001
   11 |         {{uniform(0.1, 0.001, log=True)}},
      |           ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: swap the bounds: uniform(0.001, 0.1, log=True)
model.py:12:35: error HT103: log is True or False, got 1
   12 |         {{uniform(1e-5, 1e-1, log=1)}},
      |                                   ^
      = help: write log=True
model.py:13:26: error HT103: choice() draws from options; it has no argument 'log'
   13 |         {{choice([1, 2], log=True)}},
      |                          ^~~~~~~~
      = help: leave out log=
model.py:14:25: error HT103: randint() draws numbers without an order; it has no argument 'log'
   14 |         {{randint(1, 9, log=True)}},
      |                         ^~~~~~~~
      = help: write uniformint(LOW, HIGH, log=True), with numbers in place of LOW and HIGH, which is included
model.py:15:24: error HT103: normal() draws on both sides of 0; it has no argument 'log'
   15 |         {{normal(0, 1, log=True)}},
      |                        ^~~~~~~~
      = help: write lognormal(), whose mu and sigma are of the logarithm
model.py:16:27: error HT103: lognormal() takes logarithms already; it has no argument 'log'
   16 |         {{lognormal(0, 1, log=True)}},
      |                           ^~~~~~~~
      = help: leave out log=
model.py:17:35: error HT103: loguniform() takes logarithms already; it has no argument 'log'
   17 |         {{loguniform(-11.5, -2.3, log=True)}},
      |                                   ^~~~~~~~
      = help: leave out log=
model.py:18:34: error HT103: the bounds of loguniform() are logarithms already; it has no argument 'log'
   18 |         {{loguniform(1e-5, 1e-1, log=True)}},
      |                                  ^~~~~~~~
      = help: write uniform() with log=True, whose bounds are values
