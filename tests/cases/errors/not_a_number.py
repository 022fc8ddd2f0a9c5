def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, "1")}}, {{normal([0], 1)}}, {{uniform(True, 2)}}

# output
model.py:7:25: error HT103: uniform() needs a number for high, got "1"
    7 |     return {{uniform(0, "1")}}, {{normal([0], 1)}}, {{uniform(True, 2)}}
      |                         ^~~
      = help: write high=1
model.py:7:42: error HT103: normal() needs a number for mu, got [0]
    7 |     return {{uniform(0, "1")}}, {{normal([0], 1)}}, {{uniform(True, 2)}}
      |                                          ^~~
      = help: write it as in normal(0, 1)
model.py:7:63: error HT103: uniform() needs a number for low, got True
    7 |     return {{uniform(0, "1")}}, {{normal([0], 1)}}, {{uniform(True, 2)}}
      |                                                               ^~~~
      = help: write it as in uniform(0, 1)
