from hyperas import optim


def first():
    return {{uniform(0, 1)}}


def second():
    return {{uniform(0, 1)}}


optim.minimize(model=first, data=None)
optim.minimize(model=second, data=None)

# output
model.py:9:12: warning HT109: neither data nor model uses 'second', so this marker is not searched
    9 |     return {{uniform(0, 1)}}
      |            ^~~~~~~~~~~~~~~~~
      = help: remove it, or use its value
model.py:12:1: error HT003: several minimize() calls name different models: first, second
   12 | optim.minimize(model=first, data=None)
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: choose one: --model first
