def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(1, 0)}}

# output
model.py:7:14: error HT104: uniform() needs low < high, got low=1, high=0
    7 |     return {{uniform(1, 0)}}
      |              ^~~~~~~~~~~~~
      = help: swap the bounds: uniform(0, 1)
