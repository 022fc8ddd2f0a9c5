from hyperas import optim


def build(x):
    return {{uniform(0, 1)}}


optim.minimize(model=lambda x: build(x + 1), data=None)

# output
model.py:8:22: error HT005: the model that minimize() gets must be the name of a function, got lambda x: build(x + 1)
    8 | optim.minimize(model=lambda x: build(x + 1), data=None)
      |                      ^~~~~~~~~~~~~~~~~~~~~~
      = help: define it with def, and pass its name
