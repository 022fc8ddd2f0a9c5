from hyperas import optim


def first():
    return {{uniform(0, 1)}}


def second():
    return {{uniform(0, 1)}}


optim.minimize(model=first, data=None)
optim.minimize(model=second, data=None)

# output
model.py:12:1: error HT003: several minimize() calls name different models: first, second
   12 | optim.minimize(model=first, data=None)
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: choose one: --model first
