from hyperas.distributions import *


def model():
    width = f'{choice([2, 3])}'
    return width, {{uniform(0, 1)}}

# output
model.py:5:16: warning HT115: a distribution draws only inside a marker; called as here it raises an error
    5 |     width = f'{choice([2, 3])}'
      |                ^~~~~~~~~~~~~~
      = help: name the value first: units = {{...}}, then f'{units}'
