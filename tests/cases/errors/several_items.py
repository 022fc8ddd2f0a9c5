def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1), uniform(2, 3)}}

# output
model.py:7:12: error HT101: a marker must contain one distribution call, got 2 items
    7 |     return {{uniform(0, 1), uniform(2, 3)}}
      |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: give each its own marker: {{uniform(0, 1)}}, {{uniform(2, 3)}}
