def data():
    x = [1, 2]
    return x


def model(x):
    return {{choice(1, 2)}}

# output
model.py:7:24: error HT103: choice() takes one list of options, got 2 arguments
    7 |     return {{choice(1, 2)}}
      |                        ^
      = help: put them into a list: choice([1, 2])
