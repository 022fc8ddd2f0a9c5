def data():
    if print():
        return
    return ()


def model(x, *, y):
    return {{uniform(0, 1)}}

# output
model.py:7:5: error HT006: data() returns (), but model() needs x, y
    7 | def model(x, *, y):
      |     ^~~~~
      = help: define x, y in data(), and return them by these names: return x, y
