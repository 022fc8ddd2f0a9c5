def data():
    x = [1, 2]
    return x


def model(x):
    return {{pchoice([])}}, {{choice({"a": 1})}}, {{quniform(0, 1, 2, 3)}}

# output
model.py:7:14: error HT105: pchoice() needs at least one option
    7 |     return {{pchoice([])}}, {{choice({"a": 1})}}, {{quniform(0, 1, 2, 3)}}
      |              ^~~~~~~~~~~
      = help: write, for example, pchoice([(0.8, 'relu'), (0.2, 'elu')])
model.py:7:38: error HT105: choice() needs a list, which has an order, got {"a": 1}
    7 |     return {{pchoice([])}}, {{choice({"a": 1})}}, {{quniform(0, 1, 2, 3)}}
      |                                      ^~~~~~~~
      = help: write the options between [ and ]
model.py:7:71: error HT103: quniform() takes low, high and q, got 4 arguments
    7 |     return {{pchoice([])}}, {{choice({"a": 1})}}, {{quniform(0, 1, 2, 3)}}
      |                                                                       ^
      = help: write quniform(0, 1, 2)
