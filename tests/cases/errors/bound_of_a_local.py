def data():
    x = [1, 2]
    return x


def model(x):
    top = 3
    return {{uniform(0, top)}}, {{choice(x)}}

# output
model.py:8:25: error HT111: 'top' is a local variable; bounds and lists are evaluated once, before any function runs
    8 |     return {{uniform(0, top)}}, {{choice(x)}}
      |                         ^~~
      = help: write a number, or a name that the module defines before the trial
model.py:8:42: error HT111: 'x' is a local variable; bounds and lists are evaluated once, before any function runs
    8 |     return {{uniform(0, top)}}, {{choice(x)}}
      |                                          ^
      = help: write the list inside the marker
