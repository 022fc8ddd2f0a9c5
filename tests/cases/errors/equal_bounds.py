def data():
    x = [1, 2]
    return x


def model(x):
    return {{quniform(5, 5, 1)}}

# output
model.py:7:14: error HT104: quniform() needs low < high, got low=5, high=5
    7 |     return {{quniform(5, 5, 1)}}
      |              ^~~~~~~~~~~~~~~~~
      = help: for a fixed value write 5 without a marker
