def data():
    x = [1, 2]
    return x


def model(x):
    return {{choice([{{uniform(0, 1)}}, 2])}}

# output
model.py:7:22: error HT108: a marker inside a marker
    7 |     return {{choice([{{uniform(0, 1)}}, 2])}}
      |                      ^~~~~~~~~~~~~~~~~
      = help: drop the inner braces: uniform(0, 1)
