def data():
    x = [1, 2]
    return x


def model(x):
    return {{{{uniform(0, 1)}}}}

# output
model.py:7:14: error HT101: a marker has two braces on each side
    7 |     return {{{{uniform(0, 1)}}}}
      |              ^~~~~~~~~~~~~~~~~
      = help: write {{uniform(0, 1)}}
