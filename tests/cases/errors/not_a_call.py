def data():
    x = [1, 2]
    return x


def model(x):
    return {{3}}, {{x}}, {{uniform}}

# output
model.py:7:12: error HT101: a marker must contain one distribution call, got 3
    7 |     return {{3}}, {{x}}, {{uniform}}
      |            ^~~~~
      = help: for one of several values write {{choice([3, OTHER])}}, with your other values in place of OTHER
model.py:7:19: error HT101: a marker must contain one distribution call, got x
    7 |     return {{3}}, {{x}}, {{uniform}}
      |                   ^~~~~
      = help: for one of its items write {{choice(x)}}
model.py:7:26: error HT101: uniform needs its arguments in parentheses
    7 |     return {{3}}, {{x}}, {{uniform}}
      |                          ^~~~~~~~~~~
      = help: write, for example, {{uniform(0, 1)}}
