import os


def data():
    x, y = 1, 2
    if os.environ.get('SWAPPED'):
        return y, x
    return x, y


def model(x, y):
    return x * y * {{uniform(0, 1)}}

# output
model.py:4:5: error HT006: data() returns the same names in different places: y, x or x, y
    4 | def data():
      |     ^~~~
      = help: return them in one order: return x, y
