def data(path, size, seed=1):
    return path


def model(x):
    return {{uniform(0, 1)}}

# output
model.py:1:5: error HT006: data() is called without arguments, but needs path, size
    1 | def data(path, size, seed=1):
      |     ^~~~
      = help: write def data(path=PATH, size=SIZE), with values in place of PATH and SIZE
