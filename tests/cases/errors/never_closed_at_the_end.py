def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1)

# output
model.py:7:12: error HT113: this marker is never closed
    7 |     return {{uniform(0, 1)
      |            ^~
      = help: close it with two braces: }}
