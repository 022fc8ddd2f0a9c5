def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1, 2)}}, {{randint(1, 2, 3)}}

# output
model.py:7:28: error HT103: uniform() takes low and high, got 3 arguments
    7 |     return {{uniform(0, 1, 2)}}, {{randint(1, 2, 3)}}
      |                            ^
      = help: write uniform(0, 1), or with steps quniform(0, 1, 2)
model.py:7:50: error HT103: randint() takes low and high, got 3 arguments
    7 |     return {{uniform(0, 1, 2)}}, {{randint(1, 2, 3)}}
      |                                                  ^
      = help: write randint(1, 2)
