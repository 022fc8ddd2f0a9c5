def data():
    x = [1]
    y = [2]
    z = x + y
    return z, x


def model(x, y, w):
    return x, y, w, {{uniform(0, 1)}}

# output
model.py:8:5: error HT006: data() returns z, x, but model() needs x, y, w
    8 | def model(x, y, w):
      |     ^~~~~
      = help: define w in data(), and return them by these names: return x, y, w
