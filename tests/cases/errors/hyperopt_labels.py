def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform("rate", 0, 1)}}, {{choice("units", [1, 2])}}, {{hp.normal("n", 0, 9)}}

# output
model.py:7:33: error HT103: uniform() takes low and high, got 3 arguments
    7 |     return {{uniform("rate", 0, 1)}}, {{choice("units", [1, 2])}}, {{hp.normal("n", 0, 9)}}
      |                                 ^
      = help: a label is given by name: uniform(0, 1, name="rate")
model.py:7:57: error HT103: choice() takes one list of options, got 2 arguments
    7 |     return {{uniform("rate", 0, 1)}}, {{choice("units", [1, 2])}}, {{hp.normal("n", 0, 9)}}
      |                                                         ^~~~~~
      = help: a label is given by name: choice([1, 2], name="units")
model.py:7:88: error HT103: normal() takes mu and sigma, got 3 arguments
    7 |     return {{uniform("rate", 0, 1)}}, {{choice("units", [1, 2])}}, {{hp.normal("n", 0, 9)}}
      |                                                                                        ^
      = help: a label is given by name: normal(0, 9, name="n")
