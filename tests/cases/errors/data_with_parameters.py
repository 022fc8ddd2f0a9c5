def data(path, n=1):
    return path


def model(x):
    return {{uniform(0, 1)}}

# output
model.py:1:5: error HT006: data() is called without arguments, but needs path
    1 | def data(path, n=1):
      |     ^~~~
      = help: write def data(path=PATH), with a value in place of PATH
