def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, uniform(1, 2))}}, {{choice([uniform(0, n) for n in x])}}

# output
model.py:7:25: error HT111: uniform() is in an expression that is evaluated before a trial draws anything
    7 |     return {{uniform(0, uniform(1, 2))}}, {{choice([uniform(0, n) for n in x])}}
      |                         ^~~~~~~~~~~~~
      = help: give uniform() its own marker
model.py:7:53: error HT111: uniform() is in an expression that is evaluated before a trial draws anything
    7 |     return {{uniform(0, uniform(1, 2))}}, {{choice([uniform(0, n) for n in x])}}
      |                                                     ^~~~~~~~~~~~~
      = help: write the list inside the marker
