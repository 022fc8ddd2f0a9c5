def data():
    x = [1, 2]
    return x


def model(x):
    return "{{choice([1, 2])}}", {{uniform(0, 1)}}

# output
model.py:7:12: warning HT112: this string looks like a marker, but text in quotes never is
    7 |     return "{{choice([1, 2])}}", {{uniform(0, 1)}}
      |            ^~~~~~~~~~~~~~~~~~~~
      = help: if this should be a marker, remove the quotes
