def data():
    x = [1, 2]
    return x


def model(x):
    return f({{uniform(0, 1)}, x)

# output
model.py:7:14: error HT113: this marker is never closed
    7 |     return f({{uniform(0, 1)}, x)
      |              ^~
      = help: close it with two braces: }}
