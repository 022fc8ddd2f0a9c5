def data():
    x = [1, 2]
    return x


def model(x):
    return {{randint(2.5)}}, {{uniformint(1, 1e3)}}

# output
model.py:7:22: error HT104: randint() needs whole numbers, got low=2.5
    7 |     return {{randint(2.5)}}, {{uniformint(1, 1e3)}}
      |                      ^~~
      = help: write low=2 or low=3; uniform() draws fractions
model.py:7:46: error HT104: uniformint() needs whole numbers, got high=1000.0
    7 |     return {{randint(2.5)}}, {{uniformint(1, 1e3)}}
      |                                              ^~~
      = help: write high=1000; uniform() draws fractions
