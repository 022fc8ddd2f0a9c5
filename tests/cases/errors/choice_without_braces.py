from hyperas.distributions import choice, uniform


def model():
    width = choice([2, 3]) * 4
    return width * {{uniform(0, 1)}}

# output
model.py:5:13: warning HT115: a distribution draws only inside a marker; called as here it raises an error
    5 |     width = choice([2, 3]) * 4
      |             ^~~~~~~~~~~~~~
      = help: write {{choice([2, 3])}}
