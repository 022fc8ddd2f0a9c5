def data():
    x = [1, 2]
    return x


def model(x):
    return {{choice([])}}

# output
model.py:7:14: error HT105: choice() needs at least one option
    7 |     return {{choice([])}}
      |              ^~~~~~~~~~
      = help: write, for example, choice([64, 128])
