def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 10 ** 400)}}, {{uniform(0, None)}}, {{randint(0, None)}}

# output
model.py:7:25: error HT104: high must be finite, got high=a whole number beyond every float
    7 |     return {{uniform(0, 10 ** 400)}}, {{uniform(0, None)}}, {{randint(0, None)}}
      |                         ^~~~~~~~~
model.py:7:52: error HT103: uniform() needs a number for high, got None
    7 |     return {{uniform(0, 10 ** 400)}}, {{uniform(0, None)}}, {{randint(0, None)}}
      |                                                    ^~~~
model.py:7:63: error HT104: randint() needs low < high, got low=0, high=0
    7 |     return {{uniform(0, 10 ** 400)}}, {{uniform(0, None)}}, {{randint(0, None)}}
      |                                                               ^~~~~~~~~~~~~~~~
      = help: for a fixed value write 0 without a marker
