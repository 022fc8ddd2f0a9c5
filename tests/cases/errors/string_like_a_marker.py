def data():
    x = [1, 2]
    return x


def model(x):
    return "{{choice([1, 2])}}", {{uniform(0, 1)}}

# output
model.py:7:12: warning HT112: this string looks like a marker, and text in quotes is never one
    7 |     return "{{choice([1, 2])}}", {{uniform(0, 1)}}
      |            ^~~~~~~~~~~~~~~~~~~~
      = help: if a draw is meant, take the quotes away
