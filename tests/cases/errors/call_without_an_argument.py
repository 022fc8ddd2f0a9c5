class Net:
    def __init__(self, units):
        self.units = units


def build(units, rate=0.5):
    return Net(units).units * rate


def model():
    units = {{quniform(8, 64, q=8)}}
    score = build(units, 0.1, 'adam') + build(rate=0.1)
    return score + build(units, size=3) + Net().units

# output
model.py:12:13: warning HT311: build(): too many positional arguments
   12 |     score = build(units, 0.1, 'adam') + build(rate=0.1)
      |             ^~~~~~~~~~~~~~~~~~~~~~~~~
      = help: build() takes units, rate
model.py:12:41: warning HT311: build(): missing a required argument: 'units'
   12 |     score = build(units, 0.1, 'adam') + build(rate=0.1)
      |                                         ^~~~~~~~~~~~~~~
      = help: build() takes units, rate
model.py:13:20: warning HT311: build(): got an unexpected keyword argument 'size'
   13 |     return score + build(units, size=3) + Net().units
      |                    ^~~~~~~~~~~~~~~~~~~~
      = help: build() takes units, rate
model.py:13:43: warning HT311: Net(): missing a required argument: 'units'
   13 |     return score + build(units, size=3) + Net().units
      |                                           ^~~~~
      = help: Net() takes units
