def model():
    return {{uniform 0, 0.5}}

# output
model.py:2:14: error HT001: a marker must contain a call: uniform has no parentheses
    2 |     return {{uniform 0, 0.5}}
      |              ^~~~~~~~~
      = help: write uniform(0, 0.5)
