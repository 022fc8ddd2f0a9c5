SIZES = [1, 2]


def model():
    return {{randint()}}, {{randint(name="n")}}, {{normal(width=3)}}, {{choice({n for n in SIZES})}}, {{pchoice([("a", "b")])}}

# output
model.py:5:14: error HT103: randint() needs low
    5 |     return {{randint()}}, {{randint(name="n")}}, {{normal(width=3)}}, {{choice({n for n in SIZES})}} ...
      |              ^~~~~~~~~
      = help: write, for example, randint(10)
model.py:5:29: error HT103: randint() needs low
    5 |     return {{randint()}}, {{randint(name="n")}}, {{normal(width=3)}}, {{choice({n for n in SIZES})}} ...
      |                             ^~~~~~~~~~~~~~~~~
      = help: write randint(low=LOW), with a number in place of LOW
model.py:5:59: error HT103: normal() has no argument 'width'
    5 | ... rn {{randint()}}, {{randint(name="n")}}, {{normal(width=3)}}, {{choice({n for n in SIZES})}}, {{pcho ...
      |                                                       ^~~~~~~
      = help: its arguments are mu and sigma
model.py:5:80: error HT105: choice() needs a list, which has an order, got {n for n in SIZES}
    5 | ... andint(name="n")}}, {{normal(width=3)}}, {{choice({n for n in SIZES})}}, {{pchoice([("a", "b")])}}
      |                                                       ^~~~~~~~~~~~~~~~~~
      = help: write choice(sorted({n for n in SIZES}))
model.py:5:115: error HT106: a probability is a number, got "a"
    5 | ... 3)}}, {{choice({n for n in SIZES})}}, {{pchoice([("a", "b")])}}
      |                                                       ^~~
      = help: write pairs such as pchoice([(0.8, 'relu'), (0.2, 'elu')])
